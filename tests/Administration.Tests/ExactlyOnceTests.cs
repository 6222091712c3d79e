using System.Text;
using System.Text.Json.Nodes;
using Distribution.Administration.Domain;
using Distribution.Administration.Features;
using Distribution.Administration.Held;
using Distribution.Administration.Intake;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Places;
using Distribution.SharedKernel.Rules;
using Distribution.Tests.Support;

namespace Distribution.Administration.Tests;

/// <summary>
/// Random histories of facility and vaccine events (repeated, in any order, places also several in one go), overlapping
/// submissions, retractions and discards, taken by two replicas of the service that know different amounts; the cells
/// must always be a recount.
/// </summary>
public sealed class ExactlyOnceTests
{
    private const int Seeds = 150;

    private static readonly FacilityChanged[] PlaceEvents =
    [
        Place("X", 1, "country", null), Place("Y", 1, "country", null),
        Place("R1", 1, "region", "X"), Place("R1", 2, "region", "Y"), Place("R1", 3, "region", "X"),
        Place("R2", 1, "region", "Y"),
        Place("D1", 1, "district", "R1"), Place("D1", 2, "facility", "R2"), Place("D1", 3, "district", "R2"),
        Place("F1", 1, "facility", "D1"), Place("F2", 1, "facility", "R1"), Place("F2", 2, "facility", "D1"),
        Place("F3", 1, "facility", "nowhere"), Place("F4", 1, "facility", "F1"), Place("F5", 1, "facility", "X"),
        Place("F2", 3, "facility", "F5") with { MergedInto = "F5" }, Place("F5", 2, "facility", "F1") with { MergedInto = "F1" },
    ];

    private static readonly VaccineChanged[] VaccineEvents =
    [
        Vaccine("V", 1, "1", "2"), Vaccine("V", 2, "1", "2", "B1") with { Codes = [new(Coding.Cvx, "03"), new(Coding.Atc, "J07BD52")] },
        Vaccine("W", 1, "1") with { Codes = [new(Coding.Cvx, "21")] },
        Vaccine("V", 3, "2", "1", "B1") with { Codes = [new(Coding.Cvx, "03"), new(Coding.Atc, "J07BD52")] },
    ];

    [Fact]
    public async Task Cells_are_a_recount_and_every_dose_counts_once_whatever_happened()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var service = new Service(seed, conflicts: true);
            await service.Run();
            service.Check();
        }
    }

    [Fact]
    public async Task The_order_in_which_facts_come_does_not_change_where_they_end()
    {
        for (var seed = 1; seed <= Seeds / 3; seed++)
        {
            var one = new Service(seed, conflicts: false);
            await one.Run();
            var other = new Service(seed, conflicts: false) { Order = new Random(seed + 1_000_000) };
            await other.Run();
            Assert.True(one.Store.AllCounters().OrderBy(cell => cell.Key)
                .SequenceEqual(other.Store.AllCounters().OrderBy(cell => cell.Key)), $"seed {seed}");
        }
    }

    [Fact]
    public async Task A_discarded_line_may_come_again_and_then_counts()
    {
        var service = new Service(0, conflicts: false);
        var first = await service.Submit("""{"submissionId":"S1","facilityId":"F9","doses":[{"doseId":"00000000-0000-0000-0000-000000000001","vaccineId":"V","doseNumber":"1","occurredOn":"2026-03-01"}]}""");
        Assert.Equal((0, 1), (first.Accepted, first.Held));
        Assert.Null(await service.Discard("00000000-0000-0000-0000-000000000001"));
        foreach (var place in PlaceEvents) await service.Take(place, Guid.NewGuid());
        foreach (var vaccine in VaccineEvents) await service.Take(vaccine, Guid.NewGuid());
        var corrected = """{"submissionId":"S2","facilityId":"F5","doses":[{"doseId":"00000000-0000-0000-0000-000000000001","vaccineId":"V","doseNumber":"1","occurredOn":"2026-03-01"},{"doseId":"00000000-0000-0000-0000-000000000001","vaccineId":"V","doseNumber":"1","occurredOn":"2026-03-01"}]}""";
        var second = await service.Submit(corrected);
        Assert.Equal((1, 1, 0), (second.Accepted, second.Duplicates, second.Held));
        Assert.NotNull(await service.Discard("00000000-0000-0000-0000-000000000001"));
        service.Check();
    }

    [Fact]
    public async Task A_retracted_dose_stays_retracted()
    {
        var service = new Service(0, conflicts: false);
        foreach (var place in PlaceEvents) await service.Take(place, Guid.NewGuid());
        foreach (var vaccine in VaccineEvents) await service.Take(vaccine, Guid.NewGuid());
        const string Dose = """{"doseId":"00000000-0000-0000-0000-000000000001","vaccineId":"V","doseNumber":"1","occurredOn":"2026-03-01"}""";
        await service.Submit($$"""{"submissionId":"S1","facilityId":"F1","doses":[{{Dose}}]}""");
        Assert.Null(await service.Retract("00000000-0000-0000-0000-000000000001", "Q1"));
        Assert.Null(await service.Retract("00000000-0000-0000-0000-000000000001", "Q2"));
        Assert.Empty(service.Store.AllCounters());
        var again = await service.Submit($$"""{"submissionId":"S2","facilityId":"F1","doses":[{{Dose}}, {{Dose.Replace("\"1\",\"occ", "\"2\",\"occ", StringComparison.Ordinal)}}]}""");
        Assert.Equal((0, 1), (again.Accepted, again.Duplicates));
        Assert.StartsWith("retracted as entered in error before with doseNumber 1, now 2", Assert.Single(again.Conflicts).Reason,
            StringComparison.Ordinal);
        Assert.Null(await service.Retract("00000000-0000-0000-0000-000000000002", "Q3"));
        service.Check();
    }

    [Fact]
    public async Task Some_doses_of_a_tally_are_taken_back_by_number_and_no_more_than_stand()
    {
        var service = await Known();
        await service.Submit("""{"submissionId":"S1","facilityId":"F1","tallies":[{"vaccineId":"V","doseNumber":"1","occurredOn":"2026-03-01","count":40},{"vaccineId":"Z","doseNumber":"1","occurredOn":"2026-03-01","count":9}]}""");
        Assert.Null(await service.Retract("S1:1", "Q1", 5));
        Assert.Null(await service.Retract("S1:1", "Q2", 30));
        Assert.NotNull(await service.Retract("S1:1", "Q3", 6));
        Assert.Null(await service.Retract("S1:2", "Q4", 4));
        Assert.Equal((40, 5), await service.Line("S1:1"));
        Assert.Equal((9, 5), await service.Line("S1:2"));
        service.Check();
        Assert.Null(await service.Retract("S1:1", "Q5"));
        Assert.NotNull(await service.Retract("S1:1", "Q6", 1));
        Assert.Equal((40, 0), await service.Line("S1:1"));
        await service.Take(Vaccine("Z", 1, "1"), Guid.NewGuid());
        service.Check();
        Assert.Equal(5, service.Store.AllCounters()[("dates", "F1|Z", "2026-03-01")]);
    }

    [Fact]
    public async Task A_retraction_before_its_line_is_applied_when_the_line_comes()
    {
        var service = await Known();
        const string Dose = "00000000-0000-0000-0000-000000000001";
        Assert.Null(await service.Retract(Dose, "Q1"));
        Assert.Null(await service.Retract("S1:2", "Q2", 3));
        Assert.Null(await service.Retract("S1:2", "Q3", 8));
        var answer = await service.Submit($$"""{"submissionId":"S1","facilityId":"F1","doses":[{"doseId":"{{Dose}}","vaccineId":"V","doseNumber":"1","occurredOn":"2026-03-01"}],"tallies":[{"vaccineId":"V","doseNumber":"1","occurredOn":"2026-03-01","count":10}]}""");
        Assert.Equal((11, 0, 0), (answer.Accepted, answer.Duplicates, answer.Held));
        Assert.Equal((1, 0), await service.Line(Dose));
        Assert.Equal((10, 7), await service.Line("S1:2"));
        Assert.Equal(7, service.Store.AllCounters()[("dates", "F1|V", "2026-03-01")]);
        Assert.Empty(await service.Store.ScanAll(Collections.AwaitedRetractions, null, 10, TestContext.Current.CancellationToken));
        service.Check();
    }

    [Fact]
    public async Task A_line_by_codes_waits_for_one_of_them_and_is_then_the_same_as_one_by_id()
    {
        var service = new Service(0, conflicts: false);
        foreach (var place in PlaceEvents) await service.Take(place, Guid.NewGuid());
        const string Line = """{"doseId":"00000000-0000-0000-0000-000000000001","doseNumber":"1","occurredOn":"2026-03-01",""";
        const string ByCodes = Line + """ "vaccineCodes":[{"system":"GTIN","code":"9501101530003"},{"system":"CVX","code":"3"}]}""";
        var first = await service.Submit($$"""{"submissionId":"S1","facilityId":"F1","doses":[{{ByCodes}}]}""");
        Assert.Equal((0, 1), (first.Accepted, first.Held));
        Assert.Contains("CVX|03 GTIN|09501101530003", Assert.Single(first.HeldLines!).Reason, StringComparison.Ordinal);
        foreach (var vaccine in VaccineEvents) await service.Take(vaccine, Guid.NewGuid());
        Assert.Equal(1, service.Store.AllCounters()[("dates", "F1|V", "2026-03-01")]);
        var again = await service.Submit(
            $$"""{"submissionId":"S2","facilityId":"F1","doses":[{{ByCodes}},{{Line}}"vaccineId":"V"},{{Line}}"vaccineId":"W"}]}""");
        Assert.Equal((0, 2, 0), (again.Accepted, again.Duplicates, again.Held));
        Assert.Contains("with vaccineId V, now W", Assert.Single(again.Conflicts).Reason, StringComparison.Ordinal);
        service.Check();
    }

    [Fact]
    public async Task A_line_by_codes_that_waits_for_its_place_is_the_same_after_they_are_mapped()
    {
        var service = new Service(0, conflicts: false);
        const string Line = """{"doseId":"00000000-0000-0000-0000-000000000001","facilityId":"F9","doseNumber":"1","occurredOn":"2026-03-01","vaccineCodes":[{"system":"CVX","code":"3"}]}""";
        Assert.Equal(1, (await service.Submit($$"""{"submissionId":"S1","doses":[{{Line}}]}""")).Held);
        foreach (var vaccine in VaccineEvents) await service.Take(vaccine, Guid.NewGuid());
        await service.CatchUp();
        var again = await service.Submit($$"""{"submissionId":"S2","doses":[{{Line}}]}""");
        Assert.Equal((1, 0), (again.Duplicates, again.Conflicts.Count));
        service.Check();
    }

    [Fact]
    public async Task Codes_of_different_vaccines_are_refused_naming_both()
    {
        var service = await Known();
        await service.CatchUp();
        var answer = await service.Submit("""{"submissionId":"S1","facilityId":"F1","tallies":[{"vaccineCodes":[{"system":"CVX","code":"03"},{"system":"CVX","code":"21"}],"doseNumber":"1","occurredOn":"2026-03-01","count":3}]}""");
        var reason = Assert.Single(answer.Rejected).Reason;
        Assert.StartsWith("vaccineCodes: CVX|03 is a code of 'V', but CVX|21 is one of 'W'", reason, StringComparison.Ordinal);
        service.Check();
    }

    [Fact]
    public async Task A_submission_is_taken_back_page_by_page_once()
    {
        var service = await Known();
        const string Dose = """{"doseId":"00000000-0000-0000-0000-000000000001","vaccineId":"V","doseNumber":"1","occurredOn":"2026-03-01"}""";
        await service.Submit($$"""{"submissionId":"S1","facilityId":"F1","doses":[{{Dose}}],"tallies":[{"vaccineId":"V","doseNumber":"1","occurredOn":"2026-03-02","count":10},{"vaccineId":"Z","doseNumber":"1","occurredOn":"2026-03-02","count":4}]}""");
        LineId[] page = [.. new[] { "00000000-0000-0000-0000-000000000001", "S1:2", "S1:3" }.Select(id => LineId.Parse(id)!.Value)];
        for (var repeat = 0; repeat < 2; repeat++) Assert.Equal((3, 11), await service.RetractPage(page, "Q1"));
        Assert.Equal((0, 0), await service.RetractPage(page, "Q2"));
        Assert.Empty(service.Store.AllCounters());
        service.Check();
    }

    private static async Task<Service> Known()
    {
        var service = new Service(0, conflicts: false);
        foreach (var place in PlaceEvents) await service.Take(place, Guid.NewGuid());
        foreach (var vaccine in VaccineEvents) await service.Take(vaccine, Guid.NewGuid());
        return service;
    }

    private static FacilityChanged Place(string id, long version, string level, string? parent) => new(id, version, id, level, parent, "C");

    private static VaccineChanged Vaccine(string id, long version, params string[] series) =>
        new(id, version, id, [], 10, [.. series.Select(dose => new SeriesDose(dose, false))]);

    private sealed class Service(int seed, bool conflicts)
    {
        private static readonly RecipientKey Recipients = new("C", 1, new byte[32]);
        private readonly Random _random = new(seed);
        private readonly ReferenceData[] _replicas = [new(), new()];
        private readonly Dictionary<string, string> _answers = [];

        public Random Order { get; init; } = new(seed);

        public MemoryStore Store { get; } = new(TimeProvider.System);

        private AdministrationStore Opened => new(Store);

        private ReferenceData Replica => _replicas[Order.Next(_replicas.Length)];

        public async Task Run()
        {
            var ids = Enumerable.Range(0, 25).Select(_ => RandomId()).ToArray();
            var submissions = Enumerable.Range(0, 10).Select(number => Submission(number, ids)).ToArray();
            var early = Order.Next(2) == 0;
            string[] tallies = [.. submissions.Take(4).Select(FirstTally)];
            string[] retractions = [.. ids.Take(4).Select(id => id.ToString()), "S3:1", .. tallies];

            var references = PlaceEvents.Select(place => (Fact: (object)place, Id: Guid.NewGuid()))
                .Concat(VaccineEvents.Select(vaccine => (Fact: (object)vaccine, Id: Guid.NewGuid()))).ToList();
            references.AddRange(Enumerable.Range(0, 5).Select(_ => references[Order.Next(references.Count)]));
            var facts = new Queue<(object Fact, Guid Id)>(references.OrderBy(_ => Order.Next()));
            var posts = new Queue<string>(submissions.Concat(submissions.Take(4)).OrderBy(_ => Order.Next()));
            var retract = new Queue<string>(retractions);
            while (facts.Count + posts.Count + retract.Count > 0)
            {
                var mayRetract = (early || posts.Count == 0) && retract.Count > 0;
                if (mayRetract && Order.Next(3) == 0)
                {
                    var requestId = $"Q{retract.Count}";
                    var line = retract.Dequeue();
                    await Retract(line, requestId, tallies.Contains(line) ? 3 : null);
                }
                else if (posts.Count > 0 && Order.Next(2) == 0)
                {
                    // Sometimes the world changes between the making of a decision and its commit.
                    var meanwhile = facts.Count > 0 && Order.Next(3) == 0 ? facts.Dequeue() : default;
                    await Submit(posts.Dequeue(), meanwhile);
                }
                else if (facts.Count > 0) await Next([.. Together(facts)]);
            }
        }

        /// <summary>The next fact, or some places in one go.</summary>
        private IEnumerable<(object Fact, Guid Id)> Together(Queue<(object Fact, Guid Id)> facts)
        {
            do yield return facts.Peek();
            while (facts.Dequeue().Fact is FacilityChanged && facts.TryPeek(out var next) && next.Fact is FacilityChanged && Order.Next(
                2) == 0)
                ;
        }

        public async Task<SubmissionAnswer> Submit(string body, (object Fact, Guid Id) meanwhile = default)
        {
            var replica = Replica;
            var chunk = new Chunk(_ => Recipients) { MeantBy = replica.MeantBy };
            Assert.Null(SubmissionBody.Read(Encoding.UTF8.GetBytes(body), chunk, new DateOnly(2026, 4, 1).DayNumber));
            if (chunk.HasUnknownCodes)
            {
                await replica.CatchUp(Opened, default);
                Assert.Null(SubmissionBody.Read(Encoding.UTF8.GetBytes(body), chunk, new DateOnly(2026, 4, 1).DayNumber));
            }

            var print = LinesPrint.Of(chunk);
            var counting = new ChunkCounting(chunk, replica, Store, replica.Guesses(Reach.Everywhere));
            if (meanwhile.Fact is not null) await Next(meanwhile);
            var committed = await Store.Commit(SubmissionCause.Of(chunk.SubmissionId),
                async tx =>
                    SubmissionCause.Finish(tx, await counting.Count(tx), chunk.Lines, print, Caller.Local, [.. counting.LineLabels]));
            counting.NoteHeldCodes();
            await new HeldSettlement(Opened, replica).SettleHeldByCodes();
            var answer = Encoding.UTF8.GetString(SubmissionCause.AnswerIn(committed).Span);
            if (_answers.TryGetValue(chunk.SubmissionId, out var first)) Assert.Equal(first, answer);
            _answers[chunk.SubmissionId] = answer;
            var read = StoreJson.Read<SubmissionAnswer>(SubmissionCause.AnswerIn(committed));
            Assert.Equal(
                chunk.Totals.ToArray().Sum(),
                read.Accepted + read.Kept + read.Duplicates + read.Held + read.Conflicts.Sum(line => DosesOf(chunk, line.Line)));
            return read;
        }

        public async Task CatchUp()
        {
            foreach (var replica in _replicas) await replica.CatchUp(Opened, default);
        }

        public Task Take(FacilityChanged place, Guid id) => Next((place, id));

        public Task Take(VaccineChanged vaccine, Guid id) => Next((vaccine, id));

        public async Task<object?> Retract(string id, string requestId, long? doses = null)
        {
            var request = new RetractAdministration(requestId, "wrong person", doses);
            return (await Store.Commit<RetractionAnswer>("retract:" + requestId, content: null, tx =>
                RetractAdministration.Decide(tx, LineId.Parse(id)!.Value, request, Replica, Caller.Local), default)).Refusal;
        }

        public async Task<(long Lines, long Doses)> RetractPage(IReadOnlyList<LineId> page, string requestId)
        {
            var retraction = new Retraction(requestId, "the file of another place", null, "local", DateTimeOffset.UnixEpoch);
            return (await Store.Change<(long, long)>(tx => RetractSubmission.Take(tx, page, retraction, Replica), default)).Answer;
        }

        /// <summary>Doses of a line as reported, and those of them that stand.</summary>
        public async Task<(long Doses, long Standing)> Line(string name)
        {
            var id = LineId.Parse(name)!.Value;
            var line = DoseRecord.Read((await Store.FindKey(id.Space, id.Key))!.Value.Span);
            return (line.Sum.Doses, line.Standing.Doses);
        }

        public async Task<object?> Discard(string id)
        {
            var request = new DiscardHeld(Guid.NewGuid().ToString("N"), "no such place");
            return (await Store.Commit<DiscardAnswer>("discard:" + request.RequestId, content: null, tx =>
                DiscardHeld.Decide(tx, LineId.Parse(id)!.Value, request, Caller.Local), default)).Refusal;
        }

        public void Check()
        {
            var kept = Store.AllKeys().Where(key => DoseRecord.StateOf(key.Value) != DoseState.Awaited)
                .Select(key => DoseRecord.Read(key.Value)).ToArray();
            var counted = kept.Where(line => line.State == DoseState.Counted).Select(line => line.Standing)
                .Where(sum => sum.Kind is null or "subpotent").ToArray();
            var expected = Recount(counted);
            var actual = Store.AllCounters();
            Assert.True(
                expected.Count == actual.Count && expected.All(cell => actual.GetValueOrDefault(cell.Key) == cell.Value),
                $"seed {seed}: the cells are not a recount");

            CheckReviews();
            var published = Store.Published.OfType<DosesAdministered>().SelectMany(sent => sent.Sums)
                .Concat(Store.Published.OfType<AdministrationRetracted>()
                    .SelectMany(sent => sent.Sums.Select(sum => sum with { Doses = -sum.Doses })));
            Assert.True(Sum(published).SequenceEqual(Sum(counted)), $"seed {seed}: the events do not add up to what is counted");

            var waiting = kept.Count(line => line.State == DoseState.Held);
            Assert.Equal(waiting, Store.ScanAll(Collections.Held, null, 1000).AsTask().Result.Count);
            Assert.Equal(waiting, Store.ScanAll(Collections.HeldMissing, null, 1000).AsTask().Result.Count);
            Assert.All(kept.Where(line => line.State == DoseState.Held), line => Assert.True(
                line.Sum.FacilityId == "F9" || line.Sum.VaccineId == "CVX|99" || line.Sum.DoseNumber == "9" || line.Sum.VaccineId == "Z"
                || (line.Sum.VaccineId == "W" && line.Sum.DoseNumber != "1"), $"seed {seed}: {line} is held for nothing"));
        }

        /// <summary>What is to be looked at is what one finds in all that is kept, by the series that holds.</summary>
        private void CheckReviews()
        {
            var lines = Store.AllKeys().Where(key => key.Space == LineId.Doses && DoseRecord.StateOf(key.Value) == DoseState.Counted)
                .Select(key => (Id: LineId.OfKey(key.Space, key.Key).Text, Kept: DoseRecord.Read(key.Value)))
                .Where(line => line.Kept is { Recipient: not null, Sum.Kind: null or "historical" });
            var judged = lines.GroupBy(line => (line.Kept.Sum.VaccineId, line.Kept.Recipient)).SelectMany(course => Course.Judge(
                course.Select(line => new CourseDose(line.Id, line.Kept.Sum.FacilityId, line.Kept.Sum.DoseNumber,
                    line.Kept.Sum.OccurredOn, line.Kept.Sum.Kind is not null)),
                VaccineEvents.Where(known => known.VaccineId == course.Key.VaccineId).MaxBy(known => known.Version)!.Series)).ToArray();
            Assert.Equal(
                judged.SelectMany(dose => dose.Reasons().Select(why => $"{dose.FacilityId} {dose.DoseId}|{why}")).Order(),
                Store.All(Collections.Reviews).Select(row => $"{row.Partition} {row.Id}").Order());
            Assert.Equal(judged.Length, Store.All(Collections.Courses).Sum(course => course.As<CourseDocument>().Doses.Count));
        }

        private static List<AdministeredSum> Sum(IEnumerable<AdministeredSum> sums) =>
            [.. sums.GroupBy(
                sum => sum with { Doses = 0 }, sum => sum.Doses, (dimensions, doses) => dimensions with { Doses = doses.Sum() })
                .Where(sum => sum.Doses != 0).OrderBy(sum => sum.ToString(), StringComparer.Ordinal)];

        private static long DosesOf(Chunk chunk, long line) => chunk.Doses.Concat(chunk.Tallies).Single(entry => entry.Line == line).Count;

        private static Dictionary<(string, string, string), long> Recount(IEnumerable<AdministeredSum> counted)
        {
            var places = PlaceEvents.GroupBy(place => place.FacilityId).Select(group => group.MaxBy(place => place.Version)!)
                .ToDictionary(place => place.FacilityId);
            var cells = new Dictionary<(string, string, string), long>();
            foreach (var sum in counted)
            {
                for (var at = places[sum.FacilityId]; at is not null; at = Above(at))
                {
                    var partition = $"{at.FacilityId}|{sum.VaccineId}";
                    var number = sum.Kind ?? sum.DoseNumber;
                    var cell = $"{number}\u001F{sum.AgeBand}\u001F{sum.Sex}\u001F{sum.PriorityGroup}";
                    Add(("days", partition, $"{sum.OccurredOn:yyyy-MM-dd}\u001F{cell}"), sum.Doses);
                    Add(("cells", partition, cell), sum.Doses);
                    Add(("dose-days", partition, $"{sum.OccurredOn:yyyy-MM-dd}\u001F{number}"), sum.Doses);
                    Add(("doses", partition, number), sum.Doses);
                    Add(("dates", partition, $"{sum.OccurredOn:yyyy-MM-dd}"), sum.Doses);
                }
            }

            return cells;

            void Add((string, string, string) key, long doses) => cells[key] = cells.GetValueOrDefault(key) + doses;

            FacilityChanged? Above(FacilityChanged place) =>
                place.ParentId is { } id && places.TryGetValue(id, out var parent)
                && (place.MergedInto == id || PlaceLevel.Rank(parent.Level) < PlaceLevel.Rank(place.Level)) ? parent : null;
        }

        private async Task Next(params (object Fact, Guid Id)[] next)
        {
            var reference = Replica;
            var settlement = new HeldSettlement(Opened, reference);
            var (first, id) = next[0];
            if (first is VaccineChanged vaccine)
                await new OnVaccineChanged(Opened, reference, settlement).Take(vaccine, $"vaccine:{id}", default);
            else await new OnFacilityChanged(Opened, reference, settlement)
                .Take([.. next.Select(place => ((FacilityChanged)place.Fact, $"place:{place.Id}"))], default);
        }

        private Guid RandomId()
        {
            var bytes = new byte[16];
            _random.NextBytes(bytes);
            return new Guid(bytes);
        }

        private string Submission(int number, Guid[] ids)
        {
            var doses = Enumerable.Range(0, _random.Next(1, 12)).Select(_ =>
            {
                var which = _random.Next(ids.Length);
                // Without conflicts a dose id always stands for the same dose.
                var of = conflicts && _random.Next(5) == 0 ? _random : new Random(seed * 1000 + which);
                return $$"""{"doseId":"{{ids[which]}}","facilityId":"F{{(of.Next(12) == 0 ? 9 : of.Next(1, 6))}}",{{Dimensions(of)}},{{Recipient(of)}}}""";
            }).ToArray();
            var tallies = Enumerable.Range(0, _random.Next(3)).Select(_ =>
                $$"""{"facilityId":"F{{_random.Next(1, 6)}}",{{Dimensions(_random)}},"count":{{_random.Next(1, 500)}}}""").ToArray();
            return $$"""{"submissionId":"S{{number}}","facilityId":"F1","doses":[{{string.Join(',', doses)}}],"tallies":[{{string.Join(',', tallies)}}]}""";
        }

        /// <summary>The name of a submission's first tally, or of one that it does not have: its lines are numbered through.</summary>
        private static string FirstTally(string submission)
        {
            var body = JsonNode.Parse(submission)!;
            return $"{body["submissionId"]}:{body["doses"]!.AsArray().Count + 1}";
        }

        private static string Recipient(Random of) =>
            $"\"recipientKey\":{(of.Next(4) is var who and > 0 ? $"\"R{who}\"" : "null")}";

        private static string Dimensions(Random of)
        {
            const string Codes = "\"vaccineCodes\":[{\"system\":\"CVX\",\"code\":\"99\"}";
            string[] vaccines =
            [
                "\"vaccineId\":\"V\"", "\"vaccineId\":\"V\"", "\"vaccineId\":\"V\"", "\"vaccineId\":\"W\"", "\"vaccineId\":\"Z\"",
                Codes + "]", Codes + ",{\"system\":\"http://www.whocc.no/atc\",\"code\":\"j07bd52\"}]",
                "\"vaccineCodes\":[{\"code\":\"3\",\"system\":\"http://hl7.org/fhir/sid/cvx\"}]",
            ];
            string[] doseNumbers = ["1", "1", "2", "B1", "9", "unspecified"];
            string[] kinds = ["null", "\"given\"", "\"historical\"", "\"subpotent\"", "\"notGiven\",\"reason\":\"ill\""];
            return $$"""
                {{vaccines[of.Next(8)]}},"doseNumber":"{{doseNumbers[of.Next(6)]}}","occurredOn":"2026-03-{{of.Next(1, 4):00}}",
                "ageBand":{{(of.Next(2) == 0 ? "null" : "\"60-69\"")}},"sex":"{{(of.Next(2) == 0 ? "F" : "M")}}","lotNumber":"{{(of.Next(2) == 0 ? "" : "L1")}}",
                "kind":{{kinds[of.Next(5)]}}
                """;
        }
    }
}
