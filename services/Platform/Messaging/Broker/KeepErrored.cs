using System.Runtime.ExceptionServices;
using MassTransit;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>The end of a receive endpoint's way for what failed, or what nobody consumes: it is kept, and then forgotten by the
/// broker.</summary>
internal sealed class KeepErrored(ErroredEvents errored) : IFilter<ExceptionReceiveContext>, IFilter<ReceiveContext>
{
    private const string Unconsumed =
        "Nothing here consumes it: its type is unknown to this service, or the broker set it aside after too many deliveries that ended "
            + "without an answer.";

    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        // A store that does not answer, or a process that stops, is no fault of the event: it stays in the queue and comes again.
        // What a process at its end has already closed says so when it is used.
        if (Outages.IsOutage(context.Exception) || context.Exception is OperationCanceledException or ObjectDisposedException)
            ExceptionDispatchInfo.Throw(context.Exception);

        await errored.Keep(context, context.Exception.ToString());
        await next.Send(context);
    }

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        await errored.Keep(context, Unconsumed);
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("keep-errored");
}
