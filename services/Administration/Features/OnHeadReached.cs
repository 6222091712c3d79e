using Distribution.Administration.Store;
using Distribution.Contracts.Audit.V1;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Administration.Features;

/// <summary>Keeps how far the audits of the other services are.</summary>
internal sealed class OnHeadReached(AdministrationStore store) : IConsumer<HeadReached>
{
    public Task Consume(ConsumeContext<HeadReached> context) =>
        KeptHeads.Keep(store, AdministrationStore.Name, context.Message, context.CancellationToken);
}
