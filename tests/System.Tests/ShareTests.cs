using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>
/// Countries that share figures: what an ally sees is compared with what the administrator is told, narrowed by a model that only looks
/// at what the share says.
/// </summary>
public abstract class ShareTests(SigningSystem system)
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string[] Countries = ["A", "B", "C"];
    private static readonly string[] Vaccines = ["V1", "V2"];
    private static readonly string[] Levels = ["country", "region", "district", "facility"];

    /// <summary>The figures of each measure, once more; those of two need both.</summary>
    private static readonly Dictionary<string, string> Figures = new()
    {
        ["coverage"] = "targetPopulation targetPopulationMissing populationYear populationSource facilities reportingFacilities doses "
            + "byDoseNumber coverage atLeastOneDose fullyVaccinated fullyVaccinatedCoverage dropout averageDailyUse lastReportedOn "
            + "utilisation daysOfStock expiringUnused wastageRate openVialWastageRate closedVialWastageRate",
        ["stock"] = "delivered onHand usable expired adjusted discrepancy shortfallDays utilisation daysOfStock expiringUnused",
        ["pipeline"] = "incoming inTransit",
        ["wastage"] = "wasted lost wastedOpenVials wastageRate openVialWastageRate closedVialWastageRate",
    };

    private readonly string _tag = $"{Guid.NewGuid():N}"[..6];
    private readonly Dictionary<string, string> _levels = [];

    // What the administrator is told: nothing changes once all is filled.
    private readonly Dictionary<string, JsonNode> _all = [];

    private ApiClient Administrator => system.Administrator;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Vaccine => Id("V1");

    /// <summary>Shares to try: measures, depth, vaccines (none: all) and dimensions.</summary>
    private static readonly (string Measures, string Depth, string Vaccines, string Dimensions)[] Tried =
    [
        ("coverage stock pipeline wastage", "country", "", ""),
        ("coverage stock pipeline wastage", "district", "V1 V2", "ageBand"),
        ("coverage", "region", "", "ageBand"),
        ("stock", "region", "V1", ""),
        ("wastage", "country", "V2", ""),
        ("pipeline", "district", "", "priorityGroup"),
        ("coverage wastage", "district", "V2", "sex"),
        ("stock pipeline", "country", "", "ageBand"),
    ];

    [Fact]
    public async Task An_ally_sees_what_is_shared_and_no_more()
    {
        await Fill();
        using var head = (await system.NewKeyAt(Id("A"), "headOfMinistry")).Api;
        using var ally = (await system.NewKeyAt(Id("C"), "viewer")).Api;
        for (var at = 0; at < Tried.Length; at++)
        {
            var (measures, depth, vaccines, dimensions) = Tried[at];
            var share = Share(measures.Split(' '), depth, Words(vaccines).Select(Id), Words(dimensions));
            Assert.Equal(201, (await head.Put($"shares/{Id($"s{at}")}", share)).Code);
            await Task.Delay(EndLimit, Cancel);
            foreach (var vaccine in Vaccines)
            {
                var isShared = vaccines.Length == 0 || Words(vaccines).Contains(vaccine);
                foreach (var filter in new[] { null, "ageBand" })
                {
                    var mayAsk = isShared && (filter is null || Words(dimensions).Contains(filter));
                    var query = $"vaccineId={Id(vaccine)}" + (filter is null ? "" : $"&{filter}=60-69");
                    foreach (var level in Levels.Prepend(null))
                    {
                        var isSeen = mayAsk && Rank(level ?? "country") <= Rank(depth);
                        await Compare(ally, query, level, isSeen, measures, depth, named: false);
                        await Compare(ally, query, level, isSeen, measures, depth, named: true);
                    }
                }

                await CompareTrends(ally, Id(vaccine), isShared, measures, depth);
            }

            _ = (await head.Post(
                $"shares/{Id($"s{at}")}/end", new JsonObject { ["requestId"] = $"{Guid.NewGuid():N}", ["reason"] = "the next" })).Body;
        }

        await SmallCells(head, ally);
    }

    // Fewer doses of some people than the share says are not told; the ally's own are told as ever.
    private async Task SmallCells(ApiClient head, ApiClient ally)
    {
        var share = Share(["coverage"], "region", null, ["ageBand"]);
        share["minimumCell"] = 100_000;
        Assert.Equal(201, (await head.Put($"shares/{Id("cells")}", share)).Code);
        await Task.Delay(EndLimit, Cancel);
        var query = $"vaccineId={Vaccine}&ageBand=60-69&level=region";
        var all = Rows(await All(query));
        var seen = (await ally.Get($"coverage?{query}")).Body;
        var (shared, own) = (Rows(seen).FindAll(row => row["sharedBy"] is not null), Rows(seen).FindAll(row => row["sharedBy"] is null));
        Assert.Equal(2, shared.Count(row => row["remainder"] is null));
        Assert.All(shared.Where(row => row["remainder"] is null), row =>
        {
            Assert.True((bool)row["suppressed"]!);
            Assert.All(new[] { row["doses"], row["byDoseNumber"]!["1"], row["coverage"]!["1"], row["fullyVaccinated"] }, Assert.Null);
        });
        Assert.Equal(Texts(all.Where(row => ((string)row["facilityId"]!).StartsWith(Id("C"), StringComparison.Ordinal))), Texts(own));
        Assert.Null(seen["totals"]!["doses"]);
        // Of all people they are told.
        Assert.All(Rows((await ally.Get($"coverage?vaccineId={Vaccine}&level=region")).Body), row => Assert.NotNull(row["doses"]));
    }

    [Fact]
    public async Task A_share_that_is_narrowed_or_ended_holds_within_a_second_also_in_an_open_stream()
    {
        await Fill();
        using var head = (await system.NewKeyAt(Id("A"), "headOfMinistry")).Api;
        using var ally = (await system.NewKeyAt(Id("C"), "viewer")).Api;
        var share = Share(["coverage", "stock"], "region");
        Assert.Equal(201, (await head.Put($"shares/{Id("s")}", share)).Code);
        await Known(ally, Id("s"));
        var query = $"coverage?vaccineId={Vaccine}&level=region";
        Assert.Contains(Id("A-R0"), (await ally.Get(query)).Text, StringComparison.Ordinal);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var stream = new StreamReader(await ally.Http.GetStreamAsync("api/v1/coverage/stream", limit.Token));
        Assert.Equal("event: hello", await stream.ReadLineAsync(limit.Token));

        // The same again changes nothing, and says so.
        Assert.True((bool)(await head.Put($"shares/{Id("s")}", share)).Body["repeated"]!);
        share["depth"] = "country";
        Assert.Equal(200, (await head.Put($"shares/{Id("s")}", share)).Code);
        await Task.Delay(EndLimit, Cancel);
        Assert.DoesNotContain(Id("A-R0"), (await ally.Get(query)).Text, StringComparison.Ordinal);
        Assert.Contains($"\"{Id("A")}\"", (await ally.Get($"coverage?vaccineId={Vaccine}")).Text, StringComparison.Ordinal);

        var end = new JsonObject { ["requestId"] = $"{Guid.NewGuid():N}", ["reason"] = "over" };
        Assert.Equal("over", (string?)(await head.Post($"shares/{Id("s")}/end", end)).Body["endReason"]);
        await Task.Delay(EndLimit, Cancel);
        Assert.DoesNotContain($"\"{Id("A")}\"", (await ally.Get($"coverage?vaccineId={Vaccine}")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await ally.Get($"coverage?vaccineId={Vaccine}&country={Id("A")}")).Code);
        Assert.Equal(404, (await ally.Get($"coverage/{Id("A")}/trend?vaccineId={Vaccine}")).Code);
        while (await stream.ReadLineAsync(limit.Token) is not null)
        {
            // It ends by itself.
        }

        // What has ended stays ended.
        Assert.True((bool)(await head.Post($"shares/{Id("s")}/end", end)).Body["repeated"]!);
        Assert.Equal(409, (await head.Put($"shares/{Id("s")}", share)).Code);
        end["requestId"] = $"{Guid.NewGuid():N}";
        Assert.Equal(409, (await head.Post($"shares/{Id("s")}/end", end)).Code);
    }

    [Fact]
    public async Task Only_the_owner_gives_and_ends_a_share_both_sides_see_it_and_nobody_else_does()
    {
        await Fill();
        using var head = (await system.NewKeyAt(Id("A"), "headOfMinistry")).Api;
        using var viewer = (await system.NewKeyAt(Id("A"), "viewer")).Api;
        using var ally = (await system.NewKeyAt(Id("C"), "headOfMinistry")).Api;
        using var region = (await system.NewKeyAt(Id("C-R0"), "viewer")).Api;
        using var third = (await system.NewKeyAt(Id("B"), "headOfMinistry")).Api;
        var share = Share(["coverage"], "region");
        foreach (var other in new[] { viewer, ally, third, region })
            Assert.Equal(403, (await other.Put($"shares/{Id("s")}", share)).Code);
        var given = (await head.Put($"shares/{Id("s")}", share)).Body;
        Assert.Null(given["lastUsedAt"]);
        await Known(ally, Id("s"));
        var end = new JsonObject { ["requestId"] = $"{Guid.NewGuid():N}", ["reason"] = "mine now" };
        Assert.Equal((403, 404, 404), ((await ally.Post($"shares/{Id("s")}/end", end)).Code,
            (await third.Post($"shares/{Id("s")}/end", end)).Code, (await third.Post($"shares/{Id("none")}/end", end)).Code));
        // Nobody takes another's share over by its id.
        var stolen = Share(["coverage"], "region");
        (stolen["owner"], stolen["ally"]) = (Id("B"), Id("C"));
        Assert.Equal(409, (await third.Put($"shares/{Id("s")}", stolen)).Code);

        foreach (var side in new[] { head, viewer, ally })
            Assert.Contains((await side.Get("shares")).Body["items"]!.AsArray(), item => (string)item!["shareId"]! == Id("s"));
        foreach (var other in new[] { region, third })
            Assert.DoesNotContain((await other.Get("shares")).Body["items"]!.AsArray(), item => (string)item!["shareId"]! == Id("s"));

        // A part of the ally is not the ally, and another country is none.
        Assert.Contains(Id("A"), (await ally.Get($"coverage?vaccineId={Vaccine}")).Text, StringComparison.Ordinal);
        foreach (var other in new[] { region, third })
        {
            Assert.DoesNotContain(Id("A"), (await other.Get($"coverage?vaccineId={Vaccine}")).Text, StringComparison.Ordinal);
            Assert.Equal(404, (await other.Get($"coverage?vaccineId={Vaccine}&country={Id("A")}")).Code);
        }

        // Nothing but the views is shared, and facilities never are.
        foreach (var path in new[] { "stock", "ledger/entries", "shipments", "administrations/reviews", "facilities?level=region" })
            Assert.DoesNotContain($"\"{Id("A-R0")}", (await ally.Get(path)).Text, StringComparison.Ordinal);
        foreach (var path in new[]
        {
            $"administrations/summary?vaccineId={Vaccine}&country={Id("A")}", $"inventory/summary?vaccineId={Vaccine}&country={Id("A")}",
            $"shipments/summary?vaccineId={Vaccine}",
        }) Assert.DoesNotContain(Id("A-"), (await ally.Get(path)).Text, StringComparison.Ordinal);
        Assert.Equal(422, (await head.Put($"shares/{Id("deep")}", Share(["coverage"], "facility"))).Code);

        // Both sides are told when it was last used.
        foreach (var side in new[] { head, ally })
        {
            await Condition.Until("it is told when it was used", Patience, async () =>
            {
                var item = (await side.Get("shares")).Body["items"]!.AsArray().Single(item => (string)item!["shareId"]! == Id("s"))!;
                return item["lastUsedAt"] is null ? item.ToJsonString() : null;
            });
        }

        // A repeat is answered to who may ask, and to nobody else.
        Assert.Equal(200, (await head.Post($"shares/{Id("s")}/end", end)).Code);
        Assert.Equal((200, 403, 404), ((await head.Post($"shares/{Id("s")}/end", end)).Code,
            (await ally.Post($"shares/{Id("s")}/end", end)).Code, (await third.Post($"shares/{Id("s")}/end", end)).Code));
    }

    [Fact]
    public async Task What_a_share_says_is_checked_field_by_field()
    {
        foreach (var (field, value) in new (string, JsonNode?)[]
        {
            ("owner", "a b"), ("ally", null), ("ally", Id("A")), ("measures", new JsonArray()), ("measures", new JsonArray("lines")),
            ("depth", "facility"), ("depth", null), ("vaccineIds", new JsonArray()), ("vaccineIds", new JsonArray("a b")),
            ("dimensions", new JsonArray("recipientKey")), ("minimumCell", 9), ("until", "2020-01-01T00:00:00Z"), ("reason", " "),
        })
        {
            var share = Share(["coverage"], "region");
            share[field] = value;
            var refused = await Administrator.Put($"shares/{Id("wrong")}", share);
            Assert.Equal((422, field), (refused.Code, field));
            Assert.NotNull(refused.Json!["errors"]![field]);
        }

        // What was said before stays, and must fit too.
        var later = Share(["coverage"], "region");
        later["from"] = "2124-01-01T00:00:00Z";
        Assert.Equal(201, (await Administrator.Put($"shares/{Id("later")}", later)).Code);
        later.Remove("from");
        later["until"] = "2123-01-01T00:00:00Z";
        Assert.NotNull((await Administrator.Put($"shares/{Id("later")}", later)).Json!["errors"]!["until"]);

        var silent = Share(["coverage"], "region");
        silent.Remove("vaccineIds");
        Assert.NotNull((await Administrator.Put($"shares/{Id("wrong")}", silent)).Json!["errors"]!["vaccineIds"]);
    }

    private async Task Compare(ApiClient ally, string query, string? level, bool isSeen, string measures, string depth, bool named)
    {
        if (level is not null) query += $"&level={level}";
        if (named) query += $"&country={Id("A")}";
        var told = await ally.Get($"coverage?{query}");
        var csv = level == "facility" ? null : (await ally.Get($"coverage?{query}&format=csv")).Text;
        foreach (var hidden in _levels.Where(place => place.Key.StartsWith(Id("A-"), StringComparison.Ordinal)
            && (!isSeen || Rank(place.Value) > Rank(depth))).Select(place => place.Key))
        {
            Assert.DoesNotContain($"\"{hidden}\"", told.Text, StringComparison.Ordinal);
            Assert.DoesNotContain($"{hidden},", csv ?? "", StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Id("B"), told.Text, StringComparison.Ordinal);
        if (named && !isSeen)
        {
            Assert.Equal(403, told.Code);
            return;
        }

        var seen = told.Body;
        var rows = Rows(seen);
        var all = Rows(await All(level is null && !named ? $"{query}&level=country" : query));
        if (!named)
        {
            var own = all.Where(row => ((string)row["facilityId"]!).StartsWith(Id("C"), StringComparison.Ordinal));
            Assert.Equal(Texts(own), Texts(rows.Where(row => row["sharedBy"] is null)));
        }

        var shared = rows.Where(row => row["sharedBy"] is not null).ToList();
        Assert.All(shared, row => Assert.Equal(Id("A"), (string)row["sharedBy"]!));
        if (!isSeen)
        {
            Assert.Empty(shared);
            return;
        }

        // The country alone where nothing below it is shared.
        var isCountry = named && level is null && depth == "country";
        if (isCountry) all = Rows(await All($"{query}&level=country"));
        var expected = all.Where(row => row["remainder"] is null
            && ((string)row["facilityId"]!).StartsWith(Id("A"), StringComparison.Ordinal) && Rank((string)row["level"]!) <= Rank(depth));
        Assert.Equal(
            Texts(expected.Select(row => Masked(row, measures))), Texts(shared.Where(row => row["remainder"] is null).Select(Plain)));
        Assert.NotEmpty(shared);
        // What is beyond the places that are shown is in the totals all the same.
        if (!named || !measures.Contains("stock", StringComparison.Ordinal)) return;
        var whole = await All($"{query.Replace($"&level={level}", "", StringComparison.Ordinal)}&level=country");
        Assert.Equal((long)whole["totals"]!["onHand"]!, (long)seen["totals"]!["onHand"]!);
    }

    private async Task CompareTrends(ApiClient ally, string vaccine, bool isShared, string measures, string depth)
    {
        foreach (var (place, level) in _levels.Where(place => place.Key.StartsWith(Id("A"), StringComparison.Ordinal)))
        {
            var path = $"coverage/{place}/trend?vaccineId={vaccine}";
            var told = await ally.Get(path);
            if (Rank(level) > Rank(depth))
            {
                Assert.Equal(404, told.Code);
                continue;
            }

            if (!isShared || measures == "pipeline")
            {
                Assert.Equal(403, told.Code);
                continue;
            }

            if (!_all.TryGetValue(path, out var trend)) trend = _all[path] = (await Administrator.Get(path)).Body;
            var all = trend["points"]!.AsArray();
            var points = told.Body["points"]!.AsArray();
            var hasDoses = measures.Contains("coverage", StringComparison.Ordinal);
            var hasStock = measures.Contains("stock", StringComparison.Ordinal);
            var hasWastage = measures.Contains("wastage", StringComparison.Ordinal);
            foreach (var point in points)
            {
                var same = all.Single(other => (string)other!["date"]! == (string)point!["date"]!)!;
                Assert.Equal(hasDoses ? same["doses"]!.ToJsonString() : null, point!["doses"]?.ToJsonString());
                Assert.Equal(hasStock ? same["onHand"]!.ToJsonString() : null, point["onHand"]?.ToJsonString());
                Assert.Equal(hasStock ? same["delivered"]!.ToJsonString() : null, point["delivered"]?.ToJsonString());
                Assert.Equal(hasWastage ? same["wasted"]!.ToJsonString() : null, point["wasted"]?.ToJsonString());
            }

            // No day is there on which nothing that is shared has changed.
            var expected = all.Where(point => (hasDoses && (long)point!["doses"]! != 0) || (hasWastage && (long)point!["wasted"]! != 0)
                || (hasStock && ((long)point!["delivered"]! != 0 || (long)point["wasted"]! != 0 || (long)point["doses"]! != 0)));
            Assert.Equal(expected.Select(point => (string)point!["date"]!), points.Select(point => (string)point!["date"]!));
        }
    }

    private async Task<JsonNode> All(string query)
    {
        // In one order: the same question again would wait until the answer to the first is old.
        query = string.Join('&', query.Split('&').Order(StringComparer.Ordinal));
        return _all.TryGetValue(query, out var known) ? known : _all[query] = await Administrator.WholeCoverage(query);
    }

    private static List<JsonObject> Rows(JsonNode answer) => [.. answer["rows"]!.AsArray().Select(row => row!.AsObject())];

    private static JsonObject Masked(JsonObject row, string measures)
    {
        var masked = (JsonObject)row.DeepClone();
        foreach (var figures in Figures.Where(each => !measures.Split(' ').Contains(each.Key)).Select(each => each.Value))
            foreach (var figure in figures.Split(' ')) masked[figure] = null;
        return masked;
    }

    private static JsonObject Plain(JsonObject row)
    {
        var plain = (JsonObject)row.DeepClone();
        plain.Remove("sharedBy");
        return plain;
    }

    private static IEnumerable<string> Texts(IEnumerable<JsonObject> rows) => rows.Select(row => row.ToJsonString());

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static int Rank(string level) => Array.IndexOf(Levels, level);

    private string Id(string name) => $"{_tag}-{name}";

    // The gateways have heard of it.
    private static async Task Known(ApiClient ally, string shareId)
    {
        Assert.Contains((await ally.Get("shares")).Body["items"]!.AsArray(), item => (string)item!["shareId"]! == shareId);
        await Task.Delay(EndLimit, Cancel);
    }

    private JsonObject Share(
        IEnumerable<string> measures, string depth, IEnumerable<string>? vaccines = null, IEnumerable<string>? dimensions = null) => new()
        {
            ["owner"] = Id("A"),
            ["ally"] = Id("C"),
            ["measures"] = List(measures),
            ["depth"] = depth,
            ["vaccineIds"] = vaccines?.Any() == true ? List(vaccines) : null,
            ["dimensions"] = List(dimensions ?? []),
            ["reason"] = "a joint campaign",
        };

    private static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    /// <summary>Three countries with regions, districts and clinics, and a store that lies in no region; doses, stock, losses and
    /// consignments on the way in each.</summary>
    private async Task Fill()
    {
        foreach (var vaccine in Vaccines)
        {
            _ = (await Administrator.Put($"vaccines/{Id(vaccine)}", new JsonObject
            {
                ["name"] = vaccine,
                ["antigens"] = new JsonArray("x"),
                ["dosesPerVial"] = 5,
                ["series"] = new JsonArray(
                    new JsonObject { ["doseNumber"] = "1", ["startsSeries"] = true },
                    new JsonObject { ["doseNumber"] = "2", ["completesSeries"] = true }),
                ["storage"] = new JsonObject { ["minCelsius"] = 2, ["maxCelsius"] = 8 },
            })).Body;
        }

        foreach (var country in Countries)
        {
            await PutPlace(country, "country", null, country);
            await PutPlace($"{country}-F", "facility", country, country);
            foreach (var region in new[] { $"{country}-R0", $"{country}-R1" })
            {
                await PutPlace(region, "region", country, country);
                await PutPlace($"{region}-D", "district", region, country);
                await PutPlace($"{region}-D-F", "facility", $"{region}-D", country);
                await PutPlace($"{region}-F", "facility", region, country);
            }
        }

        await Administrator.Drained();
        var facilities = _levels.Where(place => place.Value == "facility").Select((place, at) => (Id: place.Key, At: at)).ToList();
        JsonNode[] Doses(string vaccine, int doses) => [new JsonObject { ["vaccineId"] = Id(vaccine), ["doses"] = doses }];
        _ = (await Administrator.PostNdjson("shipments/bulk", [.. facilities.SelectMany(_ => Vaccines, (facility, vaccine) => new JsonObject
        {
            ["shipmentId"] = $"{facility.Id}-{vaccine}",
            ["origin"] = "Maker",
            ["toFacilityId"] = facility.Id,
            ["dispatchedAt"] = "2024-01-01T00:00:00Z",
            ["receivedAt"] = "2024-01-02T00:00:00Z",
            ["lines"] = new JsonArray(Doses(vaccine, 200 + facility.At)),
        })])).Body;
        await Administrator.Drained();
        foreach (var (facility, at) in facilities)
        {
            foreach (var vaccine in Vaccines)
            {
                _ = (await Administrator.Post("stock/wastage", new JsonObject
                {
                    ["requestId"] = $"{Guid.NewGuid():N}",
                    ["facilityId"] = facility,
                    ["occurredAt"] = "2024-02-01T00:00:00Z",
                    ["reason"] = "broken",
                    ["lines"] = new JsonArray(Doses(vaccine, 1 + at)),
                })).Body;
                _ = (await Administrator.Put($"target-populations/{facility}/{Id(vaccine)}", new JsonObject
                {
                    ["year"] = 2024,
                    ["source"] = "census",
                    ["cells"] = new JsonArray(
                        new JsonObject { ["ageBand"] = "60-69", ["sex"] = "F", ["population"] = 300 },
                        new JsonObject { ["ageBand"] = "70-79", ["sex"] = "M", ["population"] = 200 + at }),
                })).Body;
            }

            _ = (await Administrator.Post("administrations", new JsonObject
            {
                ["submissionId"] = $"{facility}-s",
                ["facilityId"] = facility,
                ["tallies"] = new JsonArray([.. Tallies(at)]),
            })).Body;
        }

        foreach (var country in Countries)
        {
            _ = (await Administrator.Post("shipments", new JsonObject
            {
                ["shipmentId"] = Id($"coming-{country}"),
                ["origin"] = "Maker",
                ["toFacilityId"] = Id($"{country}-R0-F"),
                ["requestedAt"] = "2024-03-01T00:00:00Z",
                ["lines"] = new JsonArray(new JsonObject { ["vaccineId"] = Vaccine, ["lotNumber"] = "L1", ["doses"] = 9 }),
            })).Body;
            await Administrator.Drained();
            _ = (await Administrator.Post($"shipments/{Id($"coming-{country}")}/dispatch",
                new JsonObject { ["occurredAt"] = "2024-03-02T00:00:00Z" })).Body;
        }

        await Administrator.Drained();
    }

    // None of them is a small number of people.
    private IEnumerable<JsonNode> Tallies(int at)
    {
        foreach (var vaccine in Vaccines)
        {
            foreach (var (number, age, sex) in new[] { ("1", "60-69", "F"), ("2", "60-69", "F"), ("1", "70-79", "M"), ("2", "70-79", "F") })
            {
                yield return new JsonObject
                {
                    ["vaccineId"] = Id(vaccine),
                    ["doseNumber"] = number,
                    ["occurredOn"] = "2024-03-01",
                    ["ageBand"] = age,
                    ["sex"] = sex,
                    ["count"] = 20 + at,
                };
            }
        }
    }

    private async Task PutPlace(string name, string level, string? parent, string country)
    {
        _levels[Id(name)] = level;
        _ = (await Administrator.Put($"facilities/{Id(name)}", new JsonObject
        {
            ["name"] = $"The {level}",
            ["level"] = level,
            ["parentId"] = parent is null ? null : Id(parent),
            ["country"] = Id(country),
        })).Body;
    }
}

/// <summary>In one process.</summary>
public sealed class StandaloneShareTests(SignedInStandalone system) : ShareTests(system), IClassFixture<SignedInStandalone>;

/// <summary>Through the gateway to processes of their own.</summary>
public sealed class DistributedShareTests(SignedInDistributed system) : ShareTests(system), IClassFixture<SignedInDistributed>;
