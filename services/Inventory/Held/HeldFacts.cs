using System.Text.Json.Serialization;
using System.Threading.Channels;
using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Places;

namespace Distribution.Inventory.Held;

/// <summary>A fact that waits for something that it names. Exactly one of the four facts is set.</summary>
internal sealed record HeldFact
{
    /// <summary>The layout of the stored document.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Names it to people; contains its partition.</summary>
    public required string HeldId { get; init; }

    /// <summary>What it waits for, as <c>facility:id</c> or <c>vaccine:id</c>.</summary>
    public required string Missing { get; init; }

    /// <summary>When it was first held.</summary>
    public required DateTimeOffset HeldAt { get; init; }

    /// <summary>The event that brought it.</summary>
    public required string Cause { get; init; }

    /// <summary>Doses given, or taken back.</summary>
    public GivenAt? Given { get; init; }

    /// <summary>A shipment that left.</summary>
    public ShipmentDispatched? Dispatched { get; init; }

    /// <summary>A shipment that arrived.</summary>
    public ShipmentReceived? Received { get; init; }

    /// <summary>Some of what had been missing of a shipment arrived.</summary>
    public ShipmentReceivedLater? ReceivedLater { get; init; }

    /// <summary>The shipment that it is about, or null.</summary>
    [JsonIgnore]
    public string? ShipmentId => Dispatched?.ShipmentId ?? Received?.ShipmentId ?? ReceivedLater?.ShipmentId;

    /// <summary>Which shipment of this id.</summary>
    [JsonIgnore]
    public int? Revision => Dispatched?.Revision ?? Received?.Revision ?? ReceivedLater?.First.Revision;

    /// <summary>Whose it is to give up: the place of the doses, or who sends the shipment, or gets it from outside.</summary>
    [JsonIgnore]
    public string? OwnedBy => Given?.FacilityId ?? Ends.From ?? Ends.To;

    /// <summary>Whether it is about a place in a reach: that of the doses, or either end of the shipment.</summary>
    public bool IsSeenBy(Reach reach, Places places) => reach.IsEverywhere
        || new[] { Given?.FacilityId, Ends.From, Ends.To, ReceivedLater?.Later.AtFacilityId }.OfType<string>()
            .Any(place => places.Tree.IsIn(reach, place));

    private (string? From, string? To) Ends => this switch
    {
        { Dispatched: { } left } => (left.FromFacilityId, left.ToFacilityId),
        { Received: { } came } => (came.FromFacilityId, came.ToFacilityId),
        { ReceivedLater.First: { } first } => (first.FromFacilityId, first.ToFacilityId),
        _ => default,
    };

    /// <summary>Who asked for what brought it.</summary>
    [JsonIgnore]
    public string RecordedBy =>
        Dispatched?.RequestedBy ?? Received?.RequestedBy ?? ReceivedLater?.RequestedBy ?? Caller.Local.Subject;
}

/// <summary>Holds facts that name something unknown, counted nowhere, and settles them when it becomes known.</summary>
internal sealed class HeldFacts(Places places)
{
    private const int PageFactsMax = 64;
    private readonly Channel<Named> _known = Channel.CreateUnbounded<Named>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>What became known, for the worker that settles.</summary>
    public ChannelReader<Named> Known => _known.Reader;

    /// <summary>Says that something was committed that facts may wait for.</summary>
    public void BecameKnown(Named reference) => _known.Writer.TryWrite(reference);

    /// <summary>The partition and the id of a held fact's document, or null when the text is no such id.</summary>
    public static (string Partition, string Id)? AddressOf(string heldId)
    {
        int first = heldId.IndexOf('.', StringComparison.Ordinal), last = heldId.LastIndexOf('.');
        return first > 0 && last > first && Guid.TryParseExact(heldId.AsSpan(last + 1), "N", out _)
            ? ($"{heldId[..first]}:{heldId[(first + 1)..last]}", heldId)
            : null;
    }

    /// <summary>Keeps a fact until something is known.</summary>
    public static async ValueTask Hold(ITransaction tx, Named missing, HeldFact fact)
    {
        var id = $"{missing.Kind}.{missing.Id}.{Guid.CreateVersion7(tx.Now):N}";
        await tx.Put(Names.Held, missing.ToString(), id, fact with { HeldId = id, Missing = missing.ToString() });
        if (fact.ShipmentId is { } shipment) await tx.Put(Names.HeldShipments, shipment, id, "{}"u8.ToArray());
    }

    /// <summary>Lets go of a fact.</summary>
    public static async ValueTask LetGo(ITransaction tx, HeldFact fact)
    {
        await tx.Delete(Names.Held, fact.Missing, fact.HeldId);
        if (fact.ShipmentId is { } shipment) await tx.Delete(Names.HeldShipments, shipment, fact.HeldId);
    }

    /// <summary>What is held of a shipment.</summary>
    public static async ValueTask<IReadOnlyList<HeldFact>> Of(ITransaction tx, string shipmentId)
    {
        var facts = new List<HeldFact>();
        foreach (var index in await tx.Scan(Names.HeldShipments, shipmentId, null, PageFactsMax))
        {
            var (partition, id) = AddressOf(index.Id)!.Value;
            if (await tx.Find<HeldFact>(Names.Held, partition, id) is { } fact) facts.Add(fact);
        }

        return facts;
    }

    /// <summary>A fact before it is known under what it is held.</summary>
    public static HeldFact New(ITransaction tx, string cause) => new() { HeldId = "", Missing = "", HeldAt = tx.Now, Cause = cause };

    /// <summary>Settles all that waits for one thing, page by page.</summary>
    public async Task Settle(IStore store, Named reference, CancellationToken cancel)
    {
        for (string? after = null; ;)
        {
            var page = await store.Scan(Names.Held, reference.ToString(), after, PageFactsMax, cancel);
            await Task.WhenAll(page.Select(held => SettleOne(store, held, cancel)));
            if (page.Count < PageFactsMax) return;
            after = page[^1].Id;
        }
    }

    /// <summary>Settles all that waits for what is known by now: at start, and when a signal was missed.</summary>
    public async Task SettleAll(IStore store, CancellationToken cancel)
    {
        for (DocumentAddress? after = null; ;)
        {
            var next = await store.ScanAll(Names.Held, after, 1, cancel);
            if (next.Count == 0) return;
            var reference = Named.Parse(next[0].Partition);
            if (await places.Knows(store, reference, cancel)) await Settle(store, reference, cancel);
            after = new DocumentAddress(next[0].Partition, "\uffff");
        }
    }

    private async Task SettleOne(IStore store, Document document, CancellationToken cancel)
    {
        await store.Commit($"held:{document.Id}", async tx =>
        {
            if (await tx.Find<HeldFact>(Names.Held, document.Partition, document.Id) is not { } fact) return Decision.Accept();
            var change = new LedgerChange(tx, places, fact.Cause, fact.RecordedBy);
            var missing = fact switch
            {
                { Given: { } given } => await Facts.Give(change, given),
                { Dispatched: { } dispatched } => await ShipmentFacts.Dispatch(change, dispatched),
                { Received: { } received } => await ShipmentFacts.Receive(change, received),
                { ReceivedLater: { } later } => await ShipmentFacts.ReceiveLater(change, later),
                _ => throw new InvalidOperationException($"the held fact {document.Id} is empty"),
            };
            if (missing is { } other) await Hold(tx, other, fact);
            await LetGo(tx, fact);
            await change.Finish();
            return Decision.Accept();
        }, cancel);
    }
}
