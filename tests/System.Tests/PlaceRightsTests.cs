using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>
/// Two countries full of data, and callers who may see parts of them: every answer is compared with what the administrator is told,
/// narrowed by a model that simply looks where a place lies.
/// </summary>
public abstract class PlaceRightsTests(SigningSystem system)
{
    private const string ReadRights = "reference.read coverage.read stock.read";
    private const string Unknown = "no-such-place";

    private readonly string _tag = $"{Guid.NewGuid():N}"[..6];

    // Of each place the one that it lies in.
    private readonly Dictionary<string, string?> _parents = [];
    private readonly Dictionary<string, string> _levels = [];

    private ApiClient Administrator => system.Administrator;

    private string Vaccine => $"{_tag}-V";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_is_told_anything_of_places_beyond_their_own()
    {
        await Fill();
        await Compare();
        // By the tree as it is now: a district goes to the other region with all that it has.
        await PutPlace(Id("P-R1-D0"), "district", Id("P-R0"));
        await Compare();
    }

    [Fact]
    public async Task Nobody_changes_anything_beyond_their_own_places_nor_learns_what_is_there()
    {
        await Fill();
        var (mine, others) = (Id("P-R0-F"), Id("Q-R0-F"));
        var stock = (await Administrator.Get($"ledger/balance?vaccineId={Vaccine}")).Text;
        using var clinic = (await system.NewKeyAt(mine, "clinic")).Api;
        using var region = (await system.NewKeyAt(Id("P-R0"), "logistics")).Api;
        using var nation = (await system.NewKeyAt(Id("P"), "nationalLogistics")).Api;
        using var reporter = (await system.NewKeyAt(Id("P-R0"), "integration", "report.write", "report.retract", "reference.read")).Api;

        foreach (var command in new[] { "counts", "adjustments", "wastage", "quarantine", "quarantine/release" })
        {
            foreach (var api in new[] { clinic, region, nation })
                await SameAsUnknown(others, place => api.Post($"stock/{command}", StockCommand(place)));
        }

        await SameAsUnknown(others, place => region.Post($"facilities/{mine}/merge", new JsonObject
        {
            ["requestId"] = $"{Guid.NewGuid():N}",
            ["into"] = place,
        }));
        await SameAsUnknown(others, place => region.Post($"facilities/{place}/merge", new JsonObject
        {
            ["requestId"] = $"{Guid.NewGuid():N}",
            ["into"] = mine,
        }));
        await SameAsUnknown(others, place => nation.Put($"target-populations/{place}/{Vaccine}", Target(5)));
        await SameAsUnknown(others, place => region.Put($"facilities/{Id("new")}", Place("facility", place)));
        var shipmentOfOthers = Id("ship-Q");
        foreach (var step in new[] { "cancel", "dispatch", "receive", "entered-in-error" })
        {
            var body = new JsonObject
            {
                ["requestId"] = $"{Guid.NewGuid():N}",
                ["reason"] = "x",
                ["occurredAt"] = "2024-02-01T00:00:00Z",
                ["lines"] = new JsonArray(),
            };
            foreach (var field in step switch
            {
                "cancel" => ["requestId", "occurredAt", "lines"],
                "dispatch" => ["requestId", "reason", "lines"],
                "receive" => ["requestId", "reason"],
                _ => new[] { "occurredAt", "lines" },
            }) body.Remove(field);
            await SameAsUnknown(shipmentOfOthers, id => region.Post($"shipments/{id}/{step}", body.DeepClone()));
        }

        await SameAsUnknown(others, place => region.Post("shipments", Shipment(Id($"try-{Guid.NewGuid():N}"), place, mine)));

        // What one may see and not change is named with the right that it would need.
        using var viewer = (await system.NewKeyAt(Id("P-R0"), "viewer")).Api;
        var named = await viewer.Post("stock/counts", StockCommand(mine));
        Assert.Equal(403, named.Code);
        Assert.Contains("stock.write", named.Text, StringComparison.Ordinal);
        var mayNot = await region.Put($"target-populations/{mine}/{Vaccine}", Target(5));
        Assert.Equal(403, mayNot.Code);
        var above = await region.Put($"facilities/{Id("P-R0")}", Place("region", Id("P")));
        Assert.Equal(403, above.Code);
        Assert.Equal(403, (await region.Put($"facilities/{Id("root")}", Place("region", null))).Code);
        Assert.Equal(200, (await region.Put($"facilities/{mine}", Place("facility", Id("P-R0"), name: "Renamed"))).Code);
        Assert.Equal(201, (await region.Put($"facilities/{Id("P-R0-new")}", Place("facility", Id("P-R0")))).Code);

        // What is set for a country is for who may do it in all of it, and shown to all of it.
        var lists = new JsonObject { ["lists"] = new JsonObject { ["sexes"] = new JsonArray("female", "male") } };
        var nationwide = await region.Put($"countries/{Id("P")}", lists);
        Assert.Equal((403, true), (nationwide.Code, nationwide.Text.Contains("reference.write", StringComparison.Ordinal)));
        using var ministry = (await system.NewKeyAt(Id("P"), "integration", "reference.write", "reference.read")).Api;
        Assert.Equal(1, (long)(await ministry.Put($"countries/{Id("P")}", lists)).Body["version"]!);
        var shown = (await clinic.Get($"countries/{Id("P")}")).Body["lists"]!["sexes"]!.AsArray();
        Assert.Equal(["female", "male"], shown.Select(sex => (string)sex!));
        await SameAsUnknown(Id("Q"), country => ministry.Put($"countries/{country}", lists.DeepClone()));
        await SameAsUnknown(Id("Q"), country => clinic.Get($"countries/{country}"));
        Assert.Equal(404, (await Administrator.Get($"countries/{Unknown}")).Code);

        // Line by line: the others count.
        await Administrator.Drained();
        var bulk = (await region.PostNdjson("facilities/bulk",
        [
            Line(Id("P-R0-D9-F"), Place("facility", Id("P-R0-D9"))), Line(Id("P-R0-D9"), Place("district", Id("P-R0"))),
            Line(Id("Q-R0-D9"), Place("district", Id("Q-R0"), "Q")), Line(others, Place("facility", Id("P-R0"))),
        ])).Body;
        Assert.Equal([3L, 4L], bulk["rejected"]!.AsArray().Select(line => (long)line!["line"]!));
        Assert.Equal(2, (int)bulk["accepted"]!);
        var lines = (await reporter.PostNdjson($"administrations?submissionId={Id("lines")}",
            [Tally(mine, 3), Tally(others, 4), Tally(Unknown, 5), Tally(Id("P-R0"), 6)])).Body;
        Assert.Equal(9, (int)lines["accepted"]!);
        Assert.Equal([2L, 3L], lines["rejected"]!.AsArray().Select(line => (long)line!["line"]!));
        Assert.Single(lines["rejected"]!.AsArray().Select(line => (string?)line!["reason"]).Distinct());
        var past = (await region.PostNdjson("shipments/bulk", [Past(Id("past-1"), null, others), Past(Id("past-2"), null, mine)])).Body;
        Assert.Equal([1L], past["rejected"]!.AsArray().Select(line => (long)line!["line"]!));
        Assert.Equal(1, (int)past["accepted"]!);

        // A submission of which nothing may be reported is refused, and its id stays free for who may.
        var whole = new JsonObject { ["submissionId"] = Id("whole"), ["facilityId"] = others, ["tallies"] = new JsonArray(Tally(null, 7)) };
        Assert.Equal(403, (await reporter.Post("administrations", whole)).Code);
        Assert.Equal(7, (int)(await Administrator.Post("administrations", whole)).Body["accepted"]!);
        await SameAsUnknown($"{Id("whole")}:1", id => reporter.Post($"administrations/{id}/retract", Reason()), $"{Id("no")}:1");
        await SameAsUnknown(Id("whole"), id => reporter.Post($"administrations/submissions/{id}/retract", Reason()));
        Assert.Equal(3, (int)(await reporter.Post($"administrations/{Id("lines")}:1/retract", Reason())).Body["doses"]!);

        // Nothing of what was refused has changed anything.
        await Administrator.Drained();
        var now = JsonNode.Parse((await Administrator.Get($"ledger/balance?vaccineId={Vaccine}")).Text)!;
        var before = JsonNode.Parse(stock)!;
        Assert.Equal((long)before["received"]! + 10, (long)now["received"]!);
        Assert.Equal((long)before["administered"]! + 6 + 7, (long)now["administered"]!);
        Assert.Equal((long)before["wasted"]!, (long)now["wasted"]!);
    }

    [Fact]
    public async Task What_others_have_sent_is_not_told_by_ids_repeats_and_conflicts()
    {
        await Fill();
        var (mine, others) = (Id("P-R0-F"), Id("Q-R0-F"));
        using var clinic = (await system.NewKeyAt(mine, "clinic")).Api;

        // The id of another's dose says that it is taken, and not of what.
        var dose = new JsonObject
        {
            ["doseId"] = $"{Guid.NewGuid()}",
            ["facilityId"] = others,
            ["vaccineId"] = Vaccine,
            ["doseNumber"] = "1",
            ["occurredOn"] = "2024-03-01",
            ["lotNumber"] = "SECRET",
        };
        Assert.Equal(1, (int)(await Administrator.PostNdjson($"administrations?submissionId={Id("dose")}", [dose])).Body["accepted"]!);
        dose["facilityId"] = mine;
        var taken = await clinic.PostNdjson($"administrations?submissionId={Id("dose-2")}", [dose]);
        Assert.Equal(1, (int)taken.Body["conflictsTotal"]!);
        Assert.DoesNotContain(others, taken.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", taken.Text, StringComparison.Ordinal);

        // A repeat of what others asked for is theirs.
        var retraction = Reason();
        _ = (await Administrator.Post($"administrations/{others}-s:1/retract", retraction)).Body;
        Assert.Equal(404, (await clinic.Post($"administrations/{others}-s:1/retract", retraction)).Code);
        JsonNode[] lines = [Tally(mine, 1), Tally(others, 2)];
        _ = (await Administrator.PostNdjson($"administrations?submissionId={Id("two")}", lines)).Body;
        var again = await clinic.PostNdjson($"administrations?submissionId={Id("two")}", lines);
        Assert.Equal(409, again.Code);

        // What one may not report is not at its end: who may sends the same.
        JsonNode[] mixed = [Tally(mine, 3), Tally(others, 4)];
        var part = (await clinic.PostNdjson($"administrations?submissionId={Id("mixed")}", mixed)).Body;
        Assert.Equal((3, 1), ((int)part["accepted"]!, (int)part["rejectedTotal"]!));
        var whole = (await Administrator.PostNdjson($"administrations?submissionId={Id("mixed")}", mixed)).Body;
        Assert.Equal((4, 3, 0), ((int)whole["accepted"]!, (int)whole["duplicates"]!, (int)whole["rejectedTotal"]!));
        var document = new JsonObject
        {
            ["submissionId"] = Id("mixed-document"),
            ["tallies"] = new JsonArray(Tally(mine, 5), Tally(others, 6)),
        };
        Assert.Equal(5, (int)(await clinic.Post("administrations", document)).Body["accepted"]!);
        Assert.Equal(6, (int)(await Administrator.Post("administrations", document)).Body["accepted"]!);

        // What a time without an offset means tells nothing of where a place is.
        var soon = DateTime.UtcNow.AddHours(1).ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        await SameAsUnknown(others, place =>
        {
            var command = StockCommand(place);
            command["occurredAt"] = soon;
            return clinic.Post("stock/wastage", command);
        });
    }

    [Fact]
    public async Task A_shipment_is_sent_by_its_sender_and_received_where_it_comes()
    {
        await Fill();
        using var sender = (await system.NewKeyAt(Id("P-R0"), "logistics")).Api;
        using var receiver = (await system.NewKeyAt(Id("Q-R1-F"), "clinic")).Api;
        var received = (await Administrator.Get($"ledger/balance?facilityId={Id("Q-R1-F")}&vaccineId={Vaccine}")).Text;
        // A consignment of the past would put stock on the receiver's shelf.
        var past = (await sender.PostNdjson("shipments/bulk", [Past(Id("pushed"), Id("P-R0-F"), Id("Q-R1-F"))])).Body;
        Assert.Equal(1, (int)past["rejectedTotal"]!);
        await Administrator.Drained();
        Assert.Equal(received, (await Administrator.Get($"ledger/balance?facilityId={Id("Q-R1-F")}&vaccineId={Vaccine}")).Text);

        // Seen from both ends, changed by the one whose part it is.
        _ = (await sender.Post("shipments", Shipment(Id("over"), Id("P-R0-F"), Id("Q-R1-F"), lot: null))).Body;
        await Administrator.Drained();
        Assert.Equal(200, (await receiver.Get($"shipments/{Id("over")}")).Code);
        Assert.Equal(403, (await receiver.Post($"shipments/{Id("over")}/cancel", new JsonObject { ["reason"] = "x" })).Code);
        var dispatch = new JsonObject { ["occurredAt"] = "2024-03-02T00:00:00Z" };
        Assert.Equal(200, (await sender.Post($"shipments/{Id("over")}/dispatch", dispatch)).Code);
        Assert.Equal(403, (await sender.Post($"shipments/{Id("over")}/receive", Receipt(9))).Code);

        // Misdirected by who may, and what comes later comes where the rest did.
        var elsewhere = Receipt(4, missing: 5);
        elsewhere["facilityId"] = Id("P-R0-D0-F");
        Assert.Equal(200, (await sender.Post($"shipments/{Id("over")}/receive", elsewhere)).Code);
        var later = Receipt(5);
        later["occurredAt"] = "2024-03-05T00:00:00Z";
        Assert.Equal(403, (await receiver.Post($"shipments/{Id("over")}/receive", later)).Code);
        Assert.Equal(200, (await sender.Post($"shipments/{Id("over")}/receive", later)).Code);
    }

    [Theory]
    [InlineData("everywhere")]
    [InlineData("all")]
    public async Task No_name_of_a_place_means_everything(string place)
    {
        await Fill();
        using var api = (await system.NewKeyAt(place, "viewer")).Api;
        var query = $"vaccineId={Vaccine}&level=facility";
        Assert.NotEmpty((await Administrator.WholeCoverage(query))["rows"]!.AsArray());
        Assert.Empty((await api.WholeCoverage(query))["rows"]!.AsArray());
        Assert.NotEmpty((await Administrator.WholeCoverage(query))["rows"]!.AsArray());
    }

    [Fact]
    public async Task A_place_that_is_not_known_yet_may_report_before_it_is_made()
    {
        await Fill();
        using var api = (await system.NewKeyAt(Id("later"), "clinic")).Api;
        var answer = (await api.PostNdjson($"administrations?submissionId={Id("early")}", [Tally(Id("later"), 8)])).Body;
        Assert.Equal(8, (int)answer["held"]!);
        Assert.Equal(Id("later"), (string?)(await api.Get("administrations/held")).Body["items"]!.AsArray().Single()!["facilityId"]);
        Assert.Equal(404, (await api.Get($"coverage?within={Id("P")}&vaccineId={Vaccine}")).Code);
        Assert.Empty((await api.WholeCoverage($"vaccineId={Vaccine}"))["rows"]!.AsArray());
        await PutPlace(Id("later"), "facility", Id("P-R0"));
        await Administrator.Drained();
        var row = Assert.Single((await api.WholeCoverage($"vaccineId={Vaccine}"))["rows"]!.AsArray());
        Assert.Equal((Id("later"), 8L), ((string)row!["facilityId"]!, (long)row["doses"]!));
    }

    [Fact]
    public async Task A_stream_tells_of_the_callers_places_alone()
    {
        await Fill();
        using var region = (await system.NewKeyAt(Id("P-R0"), "viewer")).Api;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var stream = new StreamReader(await region.Http.GetStreamAsync("api/v1/coverage/stream", limit.Token));
        Assert.Equal("event: hello", await stream.ReadLineAsync(limit.Token));
        var elsewhere = $"{_tag}-V2";
        await PutVaccine(elsewhere);
        await Administrator.Drained();
        // First what happens elsewhere, of the other vaccine, then here: all that was said until then is heard before.
        _ = (await Administrator.Post("administrations", new JsonObject
        {
            ["submissionId"] = Id("elsewhere"),
            ["facilityId"] = Id("P-R1-F"),
            ["tallies"] = new JsonArray(Tally(null, 1, elsewhere)),
        })).Body;
        await Administrator.Drained();
        var heard = new List<string>();
        _ = (await Administrator.Post("administrations", new JsonObject
        {
            ["submissionId"] = Id("here"),
            ["facilityId"] = Id("P-R0-F"),
            ["tallies"] = new JsonArray(Tally(null, 1)),
        })).Body;
        while (!heard.Exists(line => line.Contains($"\"{Vaccine}\"", StringComparison.Ordinal)))
            heard.Add((await stream.ReadLineAsync(limit.Token))!);
        // That the vaccine was made is for everybody, and no place's; it has no country.
        Assert.DoesNotContain(heard, line =>
            line.Contains(elsewhere, StringComparison.Ordinal) && line.Contains(Id("P"), StringComparison.Ordinal));
    }

    protected string Id(string name) => $"{_tag}-{name}";

    private bool IsIn(string root, string? place)
    {
        for (; place is not null; place = _parents.GetValueOrDefault(place))
            if (place == root) return true;
        return false;
    }

    /// <summary>Places of two countries, with doses, stock, target populations, shipments, discrepancies and facts that are held.</summary>
    protected async Task Fill()
    {
        await PutVaccine(Vaccine);
        foreach (var country in new[] { "P", "Q" })
        {
            await PutPlace(Id(country), "country", null);
            foreach (var region in new[] { "R0", "R1" })
            {
                await PutPlace(Id($"{country}-{region}"), "region", Id(country));
                await PutPlace(Id($"{country}-{region}-D0"), "district", Id($"{country}-{region}"));
                await PutPlace(Id($"{country}-{region}-D0-F"), "facility", Id($"{country}-{region}-D0"));
                await PutPlace(Id($"{country}-{region}-F"), "facility", Id($"{country}-{region}"));
            }
        }

        await Administrator.Drained();
        var facilities = _levels.Where(place => place.Value == "facility").Select(place => place.Key).ToList();
        foreach (var (place, at) in facilities.Select((place, at) => (place, at)))
        {
            _ = (await Administrator.PostNdjson("shipments/bulk", [Past($"{place}-in", null, place, 100 + at)])).Body;
            _ = (await Administrator.Post("administrations", new JsonObject
            {
                ["submissionId"] = $"{place}-s",
                ["facilityId"] = place,
                ["tallies"] = new JsonArray(Tally(null, at % 3 == 0 ? 500 : 10 + at)),
            })).Body;
            _ = (await Administrator.Put($"target-populations/{place}/{Vaccine}", Target(1000 + at))).Body;
        }

        foreach (var country in new[] { "P", "Q" })
        {
            var (from, to) = (Id($"{country}-R0-F"), Id($"{country}-R1-F"));
            _ = (await Administrator.PostNdjson("shipments/bulk", [Past(Id($"move-{country}"), from, to, 3)])).Body;
            _ = (await Administrator.Post("shipments", Shipment(Id($"ship-{country}"), null, to))).Body;
            _ = (await Administrator.Post($"shipments/{Id($"ship-{country}")}/dispatch",
                new JsonObject { ["occurredAt"] = "2024-02-01T00:00:00Z" })).Body;
            _ = (await Administrator.PostNdjson(
                $"administrations?submissionId={Id($"twice-{country}")}", [.. new[] { from, to, from, to }.Select(TheSame)])).Body;
            _ = (await Administrator.PostNdjson("shipments/bulk", [Past(Id($"lost-{country}"), from, Id($"{country}-nowhere"), 2)])).Body;
            _ = (await Administrator.PostNdjson(
                $"administrations?submissionId={Id($"held-{country}")}", [Tally(from, 4, Id("no-vaccine"))])).Body;
        }

        // Across the border: both ends see it.
        _ = (await Administrator.PostNdjson("shipments/bulk", [Past(Id("across"), Id("P-R0-F"), Id("Q-R1-F"), 1)])).Body;
        await Administrator.Drained();
    }

    /// <summary>Asks everything as callers of every kind of place.</summary>
    private async Task Compare()
    {
        await Administrator.Drained();
        Assert.Equal(6, (await All(Administrator, "administrations/reviews?")).Count(row => (string)row!["why"]! == "doseTwice"));
        foreach (var place in new[] { "P", "P-R0", "P-R1-D0", "Q-R1-F" }.Select(Id).Append(Id("unknown")))
        {
            using var api = (await system.NewKeyAt(place, "integration", ReadRights.Split(' '))).Api;
            using var clinic = (await system.NewKeyAt(place, "clinic")).Api;
            bool Mine(JsonNode? row) => IsIn(place, (string?)row!["facilityId"]);

            await Same(api, place, "facilities?", row => Mine(row) || _levels.GetValueOrDefault((string)row!["facilityId"]!) == "country");
            await Same(api, place, "stock?", Mine);
            await Same(api, place, "ledger/entries?", Mine);
            await Same(api, place, "inventory/discrepancies?", Mine);
            await Same(api, place, "inventory/shortfalls?", Mine);
            await Same(api, place, "administrations/reviews?", row => Mine(row) && row!["doseId"] is null);
            await Same(clinic, place, "administrations/reviews?", Mine);
            Assert.Equal(403, (await api.Get("administrations/dose-reviews")).Code);
            Assert.Equal(422, (await api.Get("administrations/reviews?after=doses:")).Code);
            await Same(api, place, "target-populations?", Mine);
            await Same(clinic, place, "administrations/held?", Mine, "ageSeconds");
            await Same(api, place, "inventory/held?", row => IsEndOf((string?)row!["shipmentId"]) || Mine(row), "ageSeconds");
            await Same(api, place, "shipments?", row =>
                IsIn(place, (string?)row!["fromFacilityId"]) || IsIn(place, (string?)row["toFacilityId"]));
            bool IsEndOf(string? shipment) => shipment is not null
                && IsIn(place, shipment == Id("lost-P") ? Id("P-R0-F") : shipment == Id("lost-Q") ? Id("Q-R0-F") : null);

            foreach (var level in _levels.Values.Distinct())
            {
                var query = $"vaccineId={Vaccine}&level={level}";
                var all = (await Administrator.WholeCoverage(query))["rows"]!.AsArray();
                var seen = await api.WholeCoverage(query);
                var expected = all.Where(row => Mine(row) && row!["remainder"] is null).ToList();
                var rows = seen["rows"]!.AsArray().Where(row => row!["remainder"] is null).ToList();
                Assert.Equal(expected.Select(row => row!.ToJsonString()), rows.Select(row => row!.ToJsonString()));
                Assert.All(seen["rows"]!.AsArray(), row => Assert.True(Mine(row)));
                var csv = (await api.Get($"coverage?{query}&format=csv")).Text;
                NothingOfOthers(csv, place, []);
                // What lies in no place of the level is in the remainders, so that all levels that show it add up to the same.
                if (_levels.GetValueOrDefault(place) is not { } own || LevelOf(own) > LevelOf(level)) continue;
                var whole = (await api.Get($"ledger/balance?vaccineId={Vaccine}")).Body;
                Assert.Equal(
                    rows.Count == 0 ? null : (long?)whole["administered"], (long?)seen["totals"]!["doses"]);
                if (rows.Count > 0) Assert.Equal((long)whole["onHand"]!, (long)seen["totals"]!["onHand"]!);
            }

            var tops = await api.WholeCoverage($"vaccineId={Vaccine}");
            Assert.Equal(_levels.ContainsKey(place) ? [place] : [], tops["rows"]!.AsArray().Select(row => (string)row!["facilityId"]!));
            if (_levels.ContainsKey(place))
            {
                Assert.Equal(
                    (await Administrator.Get($"ledger/balance?facilityId={place}&vaccineId={Vaccine}")).Text,
                    (await api.Get($"ledger/balance?vaccineId={Vaccine}")).Text);
            }

            foreach (var other in _levels.Keys.Where(other => !IsIn(place, other)))
            {
                foreach (var path in new[]
                {
                    $"coverage/{{0}}/trend?vaccineId={Vaccine}", $"coverage?vaccineId={Vaccine}&within={{0}}",
                    "ledger/balance?facilityId={0}", "stock?facilityId={0}", "ledger/entries?facilityId={0}", "shipments?facilityId={0}",
                    $"stock/allocation?facilityId={{0}}&vaccineId={Vaccine}&doses=1",
                    "inventory/shortfalls?facilityId={0}", "administrations/reviews?facilityId={0}", "target-populations?facilityId={0}",
                    $"inventory/trend/{{0}}?vaccineId={Vaccine}", $"administrations/trend/{{0}}?vaccineId={Vaccine}",
                    $"inventory/summary?vaccineId={Vaccine}&within={{0}}", $"administrations/summary?vaccineId={Vaccine}&within={{0}}",
                }) await SameAsUnknown(other, id => api.Get(path.Replace("{0}", id, StringComparison.Ordinal)));
                if (_levels[other] != "country") await SameAsUnknown(other, id => api.Get($"facilities/{id}"));
                await SameAsUnknown(other, id => clinic.Get($"administrations/held?facilityId={id}"));
                await SameAsUnknown(other, id => clinic.Get($"administrations/dose-reviews?facilityId={id}"));
                await SameAsUnknown(other, id => clinic.Get($"administrations/reviews?after=doses:&facilityId={id}"));
                await SameAsUnknown(other, id => clinic.Get($"administrations?facilityId={id}&occurredOn=2024-03-01"));
                await SameAsUnknown($"{other}-s:1", id => clinic.Get($"administrations/{id}"), "no-such:1");
                await SameAsUnknown($"{other}-in", id => api.Get($"shipments/{id}"));
            }
        }
    }

    private static int LevelOf(string level) => Array.IndexOf(["country", "region", "district", "facility"], level);

    /// <summary>A list is the administrator's, without what is not the caller's, and tells of nothing else.</summary>
    private async Task Same(ApiClient api, string place, string path, Func<JsonNode?, bool> isMine, params string[] changing)
    {
        var expected = (await All(Administrator, path)).Where(isMine).Select(Text).Order().ToList();
        var rows = await All(api, path);
        Assert.Equal((path, place, string.Join('\n', expected)), (path, place, string.Join('\n', rows.Select(Text).Order())));
        NothingOfOthers(string.Join('\n', rows.Select(row => row!.ToJsonString())), place, rows);

        string Text(JsonNode? row)
        {
            var copy = row!.DeepClone().AsObject();
            foreach (var field in changing) copy.Remove(field);
            return copy.ToJsonString();
        }
    }

    private async Task<List<JsonNode?>> All(ApiClient api, string path)
    {
        var rows = new List<JsonNode?>();
        for (string? after = null; ;)
        {
            var page = (await api.Get($"{path}limit=7{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}")).Body;
            rows.AddRange(page["items"]!.AsArray().Where(row => row!.ToJsonString().Contains(_tag, StringComparison.Ordinal)));
            after = (string?)page["next"];
            if (after is null) return rows;
        }
    }

    /// <summary>No place but the caller's own is named, those above it, and the other ends of its shipments.</summary>
    private void NothingOfOthers(string text, string place, IReadOnlyList<JsonNode?> rows)
    {
        var ends = rows.SelectMany(row => new[] { "fromFacilityId", "toFacilityId", "parentId" }.Select(field => (string?)row![field]))
            .OfType<string>().ToHashSet();
        foreach (var other in _levels.Keys.Where(other =>
            !IsIn(place, other) && !IsIn(other, place) && !ends.Contains(other) && _levels[other] != "country"))
            Assert.DoesNotContain($"\"{other}\"", text, StringComparison.Ordinal);
    }

    private static async Task SameAsUnknown(string hidden, Func<string, Task<Answer>> ask, string unknown = Unknown)
    {
        var (first, second) = (await ask(hidden), await ask(unknown));
        Assert.Equal((second.Code, Plain(second, unknown)), (first.Code, Plain(first, hidden)));
        Assert.True(first.Code is 200 or 404 or 422, $"{hidden}: {first.Code} {first.Text}");

        static string Plain(Answer answer, string id)
        {
            var body = answer.Json?.DeepClone() as JsonObject;
            // Times, which differ between two answers whatever they are of.
            foreach (var field in new[] { "traceId", "instance", "asOf", "publishedUpTo", "publishedBy", "consumedUpTo" })
                body?.Remove(field);
            return body?.ToJsonString().Replace(id, "ID", StringComparison.Ordinal) ?? answer.Text;
        }
    }

    private async Task PutPlace(string id, string level, string? parent)
    {
        (_parents[id], _levels[id]) = (parent, level);
        var country = id.Contains("-Q", StringComparison.Ordinal) ? "Q" : "P";
        _ = (await Administrator.Put($"facilities/{id}", Place(level, parent, country))).Body;
    }

    private async Task PutVaccine(string id) => _ = (await Administrator.Put($"vaccines/{id}", new JsonObject
    {
        ["name"] = id,
        ["antigens"] = new JsonArray("x"),
        ["dosesPerVial"] = 5,
        ["series"] = new JsonArray(new JsonObject { ["doseNumber"] = "1", ["completesSeries"] = true }),
        ["storage"] = new JsonObject { ["minCelsius"] = 2, ["maxCelsius"] = 8 },
    })).Body;

    protected JsonObject Place(string level, string? parent, string country = "P", string name = "A place") => new()
    {
        ["name"] = name,
        ["level"] = level,
        ["parentId"] = parent,
        ["country"] = Id(country),
    };

    private static JsonObject Line(string id, JsonObject place)
    {
        place["facilityId"] = id;
        return place;
    }

    private JsonObject Tally(string? facility, int count, string? vaccine = null)
    {
        var tally = new JsonObject
        {
            ["vaccineId"] = vaccine ?? Vaccine,
            ["doseNumber"] = "1",
            ["occurredOn"] = "2024-03-01",
            ["count"] = count,
        };
        if (facility is not null) tally["facilityId"] = facility;
        return tally;
    }

    /// <summary>The same dose of the same recipient once more, in the order of the calls.</summary>
    private JsonObject TheSame(string facility)
    {
        var dose = Tally(facility, 1);
        dose.Remove("count");
        (dose["doseId"], dose["recipientKey"]) = ($"{Guid.CreateVersion7()}", "somebody");
        return dose;
    }

    private JsonObject Past(string id, string? from, string to, long doses = 10)
    {
        var past = new JsonObject
        {
            ["shipmentId"] = id,
            ["toFacilityId"] = to,
            ["dispatchedAt"] = "2024-01-01T00:00:00Z",
            ["receivedAt"] = "2024-01-02T00:00:00Z",
            ["lines"] = new JsonArray(new JsonObject { ["vaccineId"] = Vaccine, ["doses"] = doses }),
        };
        past[from is null ? "origin" : "fromFacilityId"] = from ?? "Maker";
        return past;
    }

    private JsonObject Receipt(int accepted, int missing = 0) => new()
    {
        ["occurredAt"] = "2024-03-03T00:00:00Z",
        ["lines"] = new JsonArray(new JsonObject
        {
            ["vaccineId"] = Vaccine,
            ["accepted"] = accepted,
            ["rejected"] = 0,
            ["missing"] = missing,
            ["reason"] = "lost",
        }),
    };

    private JsonObject Shipment(string id, string? from, string to, string? lot = "L1")
    {
        var shipment = new JsonObject
        {
            ["shipmentId"] = id,
            ["toFacilityId"] = to,
            ["requestedAt"] = "2024-01-01T00:00:00Z",
            ["lines"] = new JsonArray(new JsonObject { ["vaccineId"] = Vaccine, ["lotNumber"] = lot, ["doses"] = 9 }),
        };
        shipment[from is null ? "origin" : "fromFacilityId"] = from ?? "Maker";
        return shipment;
    }

    protected JsonObject StockCommand(string place)
    {
        var line = new JsonObject { ["vaccineId"] = Vaccine, ["doses"] = 1 };
        return new JsonObject
        {
            ["requestId"] = $"{Guid.NewGuid():N}",
            ["facilityId"] = place,
            ["occurredAt"] = "2024-02-01T00:00:00Z",
            ["reason"] = "broken",
            ["lines"] = new JsonArray(line),
        };
    }

    private static JsonObject Target(int people) => new()
    {
        ["year"] = 2024,
        ["source"] = "census",
        ["cells"] = new JsonArray(new JsonObject { ["population"] = people }),
    };

    private static JsonObject Reason() => new() { ["requestId"] = $"{Guid.NewGuid():N}", ["reason"] = "a mistake" };
}

/// <summary>In one process.</summary>
public sealed class StandalonePlaceRightsTests(SignedInStandalone system) : PlaceRightsTests(system), IClassFixture<SignedInStandalone>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SignedInStandalone _system = system;

    [Fact]
    public async Task Who_was_refused_what_is_in_the_log()
    {
        await Fill();
        var (keyId, api) = await _system.NewKeyAt(Id("P-R0"), "viewer");
        using var viewer = api;
        // For want of the right at all, and for want of it there.
        Assert.Equal(403, (await viewer.Post("stock/counts", StockCommand(Id("P-R0-F")))).Code);
        var (national, other) = await _system.NewKeyAt(Id("P-R0"), "logistics");
        using var logistics = other;
        Assert.Equal(403, (await logistics.Put($"facilities/{Id("P-R0")}", Place("region", Id("P")))).Code);
        var process = (StandaloneProcess)_system.Hosting!;
        foreach (var (key, right) in new[] { (keyId, "stock.write"), (national, "reference.write") })
        {
            await Condition.Until($"{right} of {key} is told", Patience, () => Task.FromResult(
                process.Output.Split('\n').Any(line => line.Contains($"key:{key}", StringComparison.Ordinal)
                    && line.Contains(right, StringComparison.Ordinal)) ? null : process.Output));
        }
    }
}

/// <summary>Through the gateway to processes of their own.</summary>
public sealed class DistributedPlaceRightsTests(SignedInDistributed system) : PlaceRightsTests(system), IClassFixture<SignedInDistributed>;
