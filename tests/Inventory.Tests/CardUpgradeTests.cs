using System.Text;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Distribution.Inventory.Tests;

/// <summary>Cards of layout 1, which knew sums but not when, get their days from the entries of the ledger.</summary>
public sealed class CardUpgradeTests
{
    [Fact]
    public async Task What_was_given_before_the_upgrade_can_be_taken_back_after_it()
    {
        // 100 came of A, of which 40 were given; 7 more were given of B, of which nothing is known.
        var harness = await Stored(
            """{"schemaVersion":1,"facilityId":"F1","vaccineId":"V","lots":[{"lot":"A","in":100,"administered":40},{"lot":"B","administered":7}],"unspecified":[{}]}""",
            [Entry("A", "origin", "onHand", 100, 2), Entry("A", "onHand", "administered", 40, 5)],
            ("received", 100), ("onHand", 60), ("administered", 40), ("discrepancy", 7));
        Assert.Equal((60, 47, 7, 100), (harness.Balance("X").OnHand, harness.Balance("X").Administered, harness.Balance("X").Discrepancy,
            harness.Balance("X").Received));
        Assert.Equal([("A", 60L), ("B", -7L)], harness.Card("F1").Lots.Select(lot => (lot.Lot, lot.Net)));
        harness.CheckBooks("upgraded");
        await harness.CheckDays("upgraded");
        var fourth = await PlaceBooks.Read(harness.Store, "F1", "V", FactGenerator.Day(4), TestContext.Current.CancellationToken);
        Assert.Equal((100, 0), (fourth[Measure.OnHand], fourth.GetValueOrDefault(Measure.Administered)));

        await harness.Take(new Contracts.Administration.V1.AdministrationRetracted("r", "wrong", [
            new("F1", "V", "A", "1", FactGenerator.Day(5), null, null, null, 40),
            new("F1", "V", "B", "1", FactGenerator.Day(1), null, null, null, 7)]));
        Assert.Equal((100, 0, 0), (harness.Balance("X").OnHand, harness.Balance("X").Administered, harness.Balance("X").Discrepancy));
        harness.CheckBooks("taken back");
    }

    [Fact]
    public async Task What_was_sent_beyond_the_stock_is_owed_by_its_sender_and_came_from_nowhere()
    {
        var harness = await Stored(
            """{"schemaVersion":1,"facilityId":"F1","vaccineId":"V","lots":[{"lot":"A","in":100,"out":130}],"unspecified":[{}]}""",
            [
                Entry("A", "origin", "onHand", 100, 2), Entry("A", "onHand", "inTransit:s", 100, 5, "s"),
                Entry("A", "origin", "inTransit:s", 30, 5, "s"),
            ],
            ("received", 0), ("discrepancy", 30));
        Assert.Equal((-30, 30, 0), (harness.Balance("F1").Received, harness.Balance("F1").Discrepancy, harness.Balance("F1").OnHand));
    }

    private static LedgerEntry Entry(string lot, string from, string to, long doses, int day, string? shipment = null) => new()
    {
        EntryId = $"F1.{Guid.CreateVersion7():N}",
        FacilityId = "F1",
        VaccineId = "V",
        LotNumber = lot,
        From = from,
        To = to,
        Doses = doses,
        Kind = EntryKind.Settlement,
        OccurredAt = FactGenerator.At(day),
        RecordedAt = FactGenerator.At(day),
        RecordedBy = "local",
        Cause = "test",
        ShipmentId = shipment,
    };

    /// <summary>A small country whose store holds a card of layout 1, its entries and, at every place around it, its sums.</summary>
    private static async Task<LedgerHarness> Stored(string card, LedgerEntry[] entries, params (string Measure, long Doses)[] sums)
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        await harness.Store.Commit(null, async tx =>
        {
            await tx.Put(Names.Cards, "F1", "V", Encoding.UTF8.GetBytes(card));
            foreach (var entry in entries) await tx.PutNew(Names.Entries, "F1", entry.EntryId, entry);
            foreach (var place in new[] { "F1", "R1", "X", PlacePath.World })
                foreach (var (measure, doses) in sums)
                    tx.Add(Names.Sums, Names.Pair(place, "V"), measure, doses);
            if (entries.Any(entry => entry.ShipmentId is not null))
                await tx.Put(Names.Transits, Names.One, "s", new Transit
                {
                    ShipmentId = "s",
                    SchemaVersion = 1,
                    FromFacilityId = "F1",
                    ToFacilityId = "F3",
                    Place = "X",
                    Dispatched = true
                });
            return Decision.Accept();
        });
        await new UpgradeCards(new InventoryStore(harness.Store), harness.Places, NullLogger<UpgradeCards>.Instance).StartAsync(
            TestContext.Current.CancellationToken);
        return harness;
    }
}
