using Distribution.Contracts;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Shipment.V1;
using Distribution.Gateway.Caching;
using Distribution.Gateway.Services;
using Distribution.Platform.Messaging;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using MassTransit;

namespace Distribution.Gateway.Changes;

/// <summary>
/// What every event means to the gateway: composed answers are old, and whoever listens is told. A repeated event does
/// no harm, and a lost one is made up for by the cache's longest age.
/// </summary>
internal sealed class CoverageChanges(AnswerCache cache, ChangeHub hub, ReferenceData reference)
{
    /// <summary>Figures of vaccines in facilities changed; null facilities are outside the system.</summary>
    /// <param name="measure">Which figures (<see cref="ShareMeasure"/>).</param>
    /// <param name="figures">Of what.</param>
    public void Changed(string measure, IEnumerable<(string? FacilityId, string VaccineId)> figures)
    {
        cache.Invalidate();
        if (!hub.IsHeard) return;
        foreach (var facility in figures.Where(figure => figure.FacilityId is not null).Distinct().GroupBy(figure => figure.FacilityId!))
        {
            hub.Changed(
                reference.Tree.Find(facility.Key)?.Country, [.. facility.Select(figure => figure.VaccineId)],
                reference.Tree.PathOf(facility.Key), measure);
        }
    }

    /// <summary>Places changed in a way that may concern every vaccine: who saw one hears of it as well as who sees it now.</summary>
    public void Changed(IReadOnlyList<Place> places)
    {
        string[][] before = [.. places.Select(place => reference.Tree.PathOf(place.Id))];
        foreach (var place in places) reference.Tree.Apply(place, 0);
        cache.Invalidate();
        if (!hub.IsHeard) return;
        foreach (var (place, path) in places.Zip(before))
        {
            hub.Changed(place.Country, null, path);
            hub.Changed(place.Country, null, reference.Tree.PathOf(place.Id));
        }
    }

    /// <summary>A vaccine changed, for everybody.</summary>
    public void Changed(string vaccineId)
    {
        reference.VaccineChanged();
        cache.Invalidate();
        hub.Changed(null, [vaccineId]);
    }
}

/// <summary>Doses were counted.</summary>
internal sealed class OnDosesAdministered(CoverageChanges changes) : IBatchConsumer<DosesAdministered>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<DosesAdministered> context) => Changed(context.Message.Sums);

    /// <inheritdoc/>
    public Task Consume(IReadOnlyList<PagedEvent<DosesAdministered>> events, CancellationToken cancel) =>
        Changed(events.SelectMany(incoming => incoming.Event.Sums));

    private Task Changed(IEnumerable<AdministeredSum> sums)
    {
        changes.Changed(ShareMeasure.Coverage, sums.Select(sum => ((string?)sum.FacilityId, sum.VaccineId)));
        return Task.CompletedTask;
    }
}

/// <summary>Doses are no longer counted.</summary>
internal sealed class OnAdministrationRetracted(CoverageChanges changes) : IConsumer<AdministrationRetracted>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<AdministrationRetracted> context)
    {
        changes.Changed(ShareMeasure.Coverage, context.Message.Sums.Select(sum => ((string?)sum.FacilityId, sum.VaccineId)));
        return Task.CompletedTask;
    }
}

/// <summary>A denominator changed.</summary>
internal sealed class OnTargetPopulationChanged(CoverageChanges changes) : IConsumer<TargetPopulationChanged>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<TargetPopulationChanged> context)
    {
        changes.Changed(ShareMeasure.Coverage, [(context.Message.FacilityId, context.Message.VaccineId)]);
        return Task.CompletedTask;
    }
}

/// <summary>A stock card changed.</summary>
internal sealed class OnStockLevelChanged(CoverageChanges changes) : IBatchConsumer<StockLevelChanged>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<StockLevelChanged> context) => Changed([context.Message]);

    /// <inheritdoc/>
    public Task Consume(IReadOnlyList<PagedEvent<StockLevelChanged>> events, CancellationToken cancel) =>
        Changed(events.Select(incoming => incoming.Event));

    private Task Changed(IEnumerable<StockLevelChanged> cards)
    {
        changes.Changed(ShareMeasure.Stock, cards.Select(card => ((string?)card.FacilityId, card.VaccineId)));
        return Task.CompletedTask;
    }
}

/// <summary>Doses are on their way.</summary>
internal sealed class OnShipmentDispatched(CoverageChanges changes) : IConsumer<ShipmentDispatched>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<ShipmentDispatched> context)
    {
        var shipment = context.Message;
        changes.Changed(ShareMeasure.Pipeline, shipment.Lines.SelectMany(
            line => new[] { (shipment.FromFacilityId, line.VaccineId), (shipment.ToFacilityId, line.VaccineId) }));
        return Task.CompletedTask;
    }
}

/// <summary>Doses arrived.</summary>
internal sealed class OnShipmentReceived(CoverageChanges changes) : IConsumer<ShipmentReceived>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<ShipmentReceived> context)
    {
        var shipment = context.Message;
        changes.Changed(ShareMeasure.Pipeline, shipment.Lines.SelectMany(
            line => new[] { (shipment.FromFacilityId, line.VaccineId), (shipment.ToFacilityId, line.VaccineId) }));
        return Task.CompletedTask;
    }
}

/// <summary>Places were made or changed.</summary>
internal sealed class OnFacilityChanged(CoverageChanges changes) : IBatchConsumer<FacilityChanged>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<FacilityChanged> context) => Changed([context.Message]);

    /// <inheritdoc/>
    public Task Consume(IReadOnlyList<PagedEvent<FacilityChanged>> events, CancellationToken cancel) =>
        Changed([.. events.Select(incoming => incoming.Event)]);

    private Task Changed(IReadOnlyList<FacilityChanged> places)
    {
        changes.Changed([.. places.Select(place => new Place(
            place.FacilityId, place.Name, place.Level, place.ParentId, place.Country, place.Version, place.TimeZone, place.MergedInto))]);
        return Task.CompletedTask;
    }
}

/// <summary>A vaccine was made or changed.</summary>
internal sealed class OnVaccineChanged(CoverageChanges changes) : IConsumer<VaccineChanged>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<VaccineChanged> context)
    {
        changes.Changed(context.Message.VaccineId);
        return Task.CompletedTask;
    }
}
