using System.Text;
using Distribution.Administration.Features;
using Distribution.Administration.Held;
using Distribution.Administration.Intake;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Places;
using Distribution.Tests.Support;

namespace Distribution.Administration.Tests;

/// <summary>The lists of a country, with two instances of the service on one store.</summary>
public sealed class CountryListsTests : IAsyncDisposable
{
    private readonly MemoryStore _store = new(TimeProvider.System);
    private readonly ReferenceData _one = new();
    private readonly ReferenceData _other = new();
    private int _submissions;

    private AdministrationStore Opened => new(_store);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_value_that_is_not_in_its_list_is_held_with_the_nearest_and_settles_when_it_is()
    {
        await Known();
        await Put(_one, new(Sexes: Stated("female", "male")));
        var answer = await Submit(_one, Tally(3, "\"sex\":\"femal\""), Tally(4, "\"sex\":\"male\""), Tally(5), Tally(6, "\"sex\":\"\""));
        Assert.Equal((15, 3), (answer.Accepted, answer.Held));
        Assert.Equal("waits for the sex 'femal' in the list of C: perhaps 'female' was meant", Assert.Single(answer.HeldLines!).Reason);
        Assert.Equal(["sex:C:femal"], await Waiting());

        await Put(_one, new(Sexes: Stated("female", "male", "intersex")));
        Assert.Equal(15, Counted());
        await Put(_one, new(Sexes: Stated("femal")));
        Assert.Equal(18, Counted());
        Assert.Empty(await Waiting());
    }

    [Fact]
    public async Task A_line_goes_on_to_wait_for_the_next_list_and_counts_when_all_are_cleared()
    {
        await Known();
        await Put(_one, new(Stated("F"), Stated("a:b", "c"), Stated("x")));
        var answer = await Submit(_one, Tally(3, """ "sex":"M","ageBand":"a:c","priorityGroup":"y" """), Tally(2, """ "ageBand":"a:b" """));
        Assert.Equal((2, 3), (answer.Accepted, answer.Held));
        Assert.Equal(["sex:C:M"], await Waiting());
        await Put(_one, new(Sexes: Stated("M")));
        Assert.Equal(["age-band:C:a:c"], await Waiting());
        await Put(_one, new(AgeBands: Stated("a:c")));
        Assert.Equal(["priority-group:C:y"], await Waiting());
        Assert.Equal("waits for the priority group 'y' in the list of C: correct it, or have it put into that list",
            _one.Guesses(Reach.Everywhere).Words("priority-group:C:y"));
        await Set(_one, new PutCountry(new Stated<CountryListsBody?>(null)));
        Assert.Equal(5, Counted());
        Assert.Empty(await Waiting());
    }

    [Fact]
    public async Task What_waits_for_its_place_waits_for_the_list_of_its_country_then()
    {
        await Known();
        await Put(_one, new(AgeBands: Stated("0-4")));
        Assert.Equal(1, (await Submit(_one, Tally(1, """ "ageBand":"0-5" """, "F9"))).Held);
        Assert.Equal(["facility:F9"], await Waiting());
        await Take(_one, new FacilityChanged("F9", 1, "F9", "facility", "X", "C"));
        Assert.Equal(["age-band:C:0-5"], await Waiting());
        // Another country has none of these lists.
        await Take(_one, new FacilityChanged("F8", 1, "F8", "facility", null, "D"));
        Assert.Equal(1, (await Submit(_one, Tally(1, """ "ageBand":"0-5" """, "F8"))).Accepted);
    }

    [Fact]
    public async Task A_line_is_not_held_by_a_list_that_another_instance_has_changed_and_is_by_one_that_it_has_made()
    {
        await Known();
        await Put(_one, new(Sexes: Stated("F")));
        await _other.CatchUp(Opened, Cancel);
        await Put(_one, new(Sexes: Stated("F", "M")));
        Assert.Equal((2, 0), Sums(await Submit(_other, Tally(2, """ "sex":"M" """))));
        await Put(_one, new(Sexes: Stated("F")));
        await _other.CatchUp(Opened, Cancel);
        Assert.Equal((0, 2), Sums(await Submit(_other, Tally(2, """ "sex":"M" """))));

        static (long, long) Sums(SubmissionAnswer answer) => (answer.Accepted, answer.Held);
    }

    [Fact]
    public async Task A_field_that_is_left_out_stays_and_null_clears_it_and_the_same_again_changes_nothing()
    {
        await Known();
        await Put(_one, new(Sexes: Stated("F"), AgeBands: Stated("0-4", "5+")));
        await Put(_one, new(AgeBands: new Stated<IReadOnlyList<string?>?>(null)));
        var set = await Set(_one, new PutCountry());
        Assert.Equal((2, null), (set.Version, set.Lists.AgeBands));
        Assert.Equal(["F"], set.Lists.Sexes!);
        Assert.Equal(2, (await Put(_one, new(Sexes: Stated("F")))).Version);
        Assert.Equal(3, (await Put(_one, new(Sexes: Stated("F", "M")))).Version);
    }

    [Fact]
    public async Task A_line_that_is_held_by_a_list_can_be_discarded()
    {
        await Known();
        await Put(_one, new(Sexes: Stated("F")));
        await Submit(_one, Tally(2, """ "sex":"M" """));
        var request = new DiscardHeld("D1", "typed wrong");
        var discarded = await _store.Change<DiscardAnswer>(
            tx => DiscardHeld.Decide(tx, LineId.Parse("S1:1")!.Value, request, Caller.Local), Cancel);
        Assert.Equal(2, discarded.Answer!.Doses);
        Assert.Empty(await Waiting());
        await Set(_one, new PutCountry(new Stated<CountryListsBody?>(null)));
        Assert.Equal(0, Counted());
    }

    [Fact]
    public async Task A_reason_that_is_not_in_the_list_takes_nothing_back()
    {
        await Known();
        await _other.CatchUp(Opened, Cancel);
        await Submit(_one, Tally(9));
        await Put(_one, new(RetractionReasons: Stated("entered twice", "wrong person")));
        var refused = (await Retract(_one, "wrong persn"))!;
        Assert.Equal(422, refused.Status);
        Assert.Equal("is not one of those for which reports of C are taken back: perhaps 'wrong person' was meant; "
            + "GET /api/v1/countries/C has them all", Assert.Single(refused.Errors!["reason"]));
        Assert.Equal(9, Counted());
        await _other.CatchUp(Opened, Cancel);
        await Put(_one, new(RetractionReasons: Stated("wrong persn")));
        Assert.Null(await Retract(_other, "wrong persn"));
        Assert.Equal(0, Counted());
    }

    private async Task Known()
    {
        await Take(_one, new FacilityChanged("X", 1, "X", "country", null, "C"));
        await Take(_one, new FacilityChanged("F1", 1, "F1", "facility", "X", "C"));
        await new OnVaccineChanged(Opened, _one, new HeldSettlement(Opened, _one)).Take(
            new VaccineChanged("V", 1, "V", [], 10, [new SeriesDose("1", false)]), "vaccine", Cancel);
    }

    private Task Take(ReferenceData reference, FacilityChanged place) => new OnFacilityChanged(
        Opened, reference, new HeldSettlement(Opened, reference)).Take([(place, "place:" + place.FacilityId)], Cancel);

    private async Task<SubmissionAnswer> Submit(ReferenceData reference, params string[] tallies)
    {
        var chunk = new Chunk(_ => null) { MeantBy = reference.MeantBy };
        chunk.Begin($"S{++_submissions}", new DateOnly(2026, 4, 1).DayNumber);
        foreach (var (index, tally) in tallies.Index()) chunk.AddLine(index + 1, Encoding.UTF8.GetBytes(tally));
        Assert.Empty(chunk.Rejected.Listed);
        return await new ChunkCounting(chunk, reference, _store, reference.Guesses(Reach.Everywhere)).CountPart(0);
    }

    private static string Tally(int count, string says = "", string facility = "F1") =>
        $$"""{"facilityId":"{{facility}}","vaccineId":"V","doseNumber":"1","occurredOn":"2026-03-01","count":{{count}}{{(says.Length == 0 ? "" : "," + says)}}}""";

    private Task<CountryDocument> Put(ReferenceData reference, CountryListsBody lists) => Set(reference, new PutCountry(lists));

    private async Task<CountryDocument> Set(ReferenceData reference, PutCountry request)
    {
        var set = await _store.Change<CountryDocument>(async tx => await PutCountry.Set(tx, reference, "C", request, Caller.Local), Cancel);
        reference.Apply(set.Answer);
        await new HeldSettlement(Opened, reference).SettleListed("C", Cancel);
        return set.Answer;
    }

    private async Task<Platform.Refusals.Refusal?> Retract(ReferenceData reference, string reason) =>
        (await _store.Change<RetractionAnswer>(tx => RetractAdministration.Decide(
            tx, LineId.Parse("S1:1")!.Value, new RetractAdministration("Q1", reason), reference, Caller.Local), Cancel)).Refusal;

    private async Task<IEnumerable<string>> Waiting() =>
        (await _store.ScanAll(Collections.HeldMissing, null, 100, Cancel)).Select(document => document.Partition);

    private long Counted() => _store.AllCounters().Where(cell => cell.Key is ("dates", "X|V", _)).Sum(cell => cell.Value);

    private static Stated<IReadOnlyList<string?>?> Stated(params string?[] values) => new(values);
}
