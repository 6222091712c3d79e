using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>
/// A data folder as an earlier version left it when it was stopped is read, gone on with, and answers repeated requests as that version
/// did. The archive holds the README's first dose, five doses wasted, a dose held for want of its place, and a shipment.
/// </summary>
public sealed class StoredDataTests
{
    [Fact]
    public async Task What_an_earlier_version_stored_is_read_and_gone_on_with()
    {
        await using var standalone = await Stored("before-shared-rules.tgz");
        using var api = new ApiClient(standalone.Address);
        await api.Drained();

        var row = (await api.WholeCoverage("country=ATL&vaccineId=MR&level=facility"))["rows"]!.AsArray().Single()!;
        Assert.Equal((1, 94, 5), ((long)row["doses"]!, (long)row["onHand"]!, (long)row["wasted"]!));
        Assert.Equal("allocated", (string)(await api.Get("shipments/on-the-way")).Body["state"]!);

        // A target population from before there was one for each year goes on, and is replaced by its own year alone.
        Assert.Equal((50, 2026), ((int)row["targetPopulation"]!, (int)row["populationYear"]!));
        foreach (var (year, people) in new[] { (2025, 40), (2026, 60) })
        {
            _ = (await api.Put("target-populations/ATL-1/MR", new JsonObject
            {
                ["year"] = year,
                ["source"] = "census",
                ["cells"] = new JsonArray(new JsonObject { ["population"] = people }),
            })).Body;
        }

        var set = (await api.Get("target-populations?vaccineId=MR")).Body["items"]!.AsArray();
        Assert.Equal([(2025, 40), (2026, 60)], set.Select(item => ((int)item!["year"]!, (int)item["population"]!)));

        // An answer from before content was kept with it is given to whoever repeats the request id.
        var wastage = new JsonObject
        {
            ["requestId"] = "broken-vial",
            ["facilityId"] = "ATL-1",
            ["occurredAt"] = "2026-02-03T00:00:00Z",
            ["reason"] = "dropped",
            ["kind"] = "closedVial",
            ["lines"] = new JsonArray(new JsonObject { ["vaccineId"] = "MR", ["lotNumber"] = "L7", ["doses"] = 5 }),
        };
        var entry = (string)(await api.Post("stock/wastage", wastage)).Body["entries"]!.AsArray().Single()!;
        Assert.StartsWith("ATL-1.", entry, StringComparison.Ordinal);
        _ = (await api.Post(
            $"ledger/entries/{entry}/reverse", new JsonObject { ["requestId"] = "undo", ["reason"] = "the vial was whole" })).Body;

        _ = (await api.Put("facilities/ATL-2",
            new JsonObject { ["name"] = "Hill clinic", ["level"] = "facility", ["parentId"] = "ATL", ["country"] = "ATL" })).Body;
        await api.Drained();
        var balance = (await api.Get("ledger/balance?country=ATL")).Body;
        Assert.True((bool)balance["balanced"]!, balance.ToJsonString());
        // Nothing was ever delivered to ATL-2.
        Assert.Equal((2, 1, 0), ((long)balance["administered"]!, (long)balance["discrepancy"]!, (long)balance["wasted"]!));
    }

    [Fact]
    public async Task Doses_that_were_kept_with_who_got_them_in_clear_are_recognised_and_no_longer_say_who()
    {
        await using var standalone = await Stored("before-hashed-recipients.tgz");
        using var api = new ApiClient(standalone.Address);
        var kept = await api.Get("administrations/0198c0de-0000-7000-8000-000000000001");
        Assert.True((bool)kept.Body["hasRecipient"]!);
        Assert.DoesNotContain("clear-recipient", kept.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "clear-recipient", (await api.Get("administrations?facilityId=ATL-1&occurredOn=2026-02-02")).Text, StringComparison.Ordinal);

        // The same submissions get their first answers, others under their ids none.
        var (one, two) = (Dose(1, "2026-02-02", "clear-recipient-1"), Dose(2, "2026-02-30", "clear-recipient-2"));
        one["sex"] = "female";
        foreach (var dose in new[] { one, two }) dose.Remove("facilityId");
        var document = new JsonObject
        {
            ["submissionId"] = "clear-document",
            ["facilityId"] = "ATL-1",
            ["doses"] = new JsonArray(one, two),
        };
        var tally = new JsonObject
        {
            ["facilityId"] = "ATL-1",
            ["vaccineId"] = "MR",
            ["doseNumber"] = "1",
            ["occurredOn"] = "2026-02-03",
            ["count"] = 7,
        };
        const string Stream = "administrations?submissionId=clear-stream";
        JsonNode[] lines = [Dose(3, "2026-02-03", "clear-recipient-3"), tally];
        var first = (await api.Post("administrations", document)).Body;
        Assert.Equal((1, 1, true), ((int)first["accepted"]!, (int)first["rejectedTotal"]!, (bool)first["repeated"]!));
        Assert.Equal((8, true), ((int)(await api.PostNdjson(Stream, lines)).Body["accepted"]!,
            (bool)(await api.PostNdjson(Stream, lines)).Body["repeated"]!));
        document["doses"]![0]!["recipientKey"] = "another";
        lines[0]["recipientKey"] = "another";
        Assert.Equal(409, (await api.Post("administrations", document)).Code);
        Assert.Equal(409, (await api.PostNdjson(Stream, lines)).Code);

        // And so are their doses under another id, whoever they are said to be of: what was kept cannot be compared.
        lines = [Dose(1, "2026-02-02", "clear-recipient-1"), Dose(3, "2026-02-03", "another"), Dose(3, "2026-02-04", "another")];
        lines[0]["sex"] = "female";
        var again = (await api.PostNdjson("administrations?submissionId=again", lines)).Body;
        Assert.Equal((0, 2, 1), ((int)again["accepted"]!, (int)again["duplicates"]!, (int)again["conflictsTotal"]!));
        Assert.Equal(8 + 1, (long)(await api.WholeCoverage("country=ATL&vaccineId=MR"))["totals"]!["doses"]!);
    }

    private static JsonObject Dose(int number, string occurredOn, string recipient) => new()
    {
        ["doseId"] = $"0198c0de-0000-7000-8000-{number:000000000000}",
        ["facilityId"] = "ATL-1",
        ["vaccineId"] = "MR",
        ["doseNumber"] = "1",
        ["occurredOn"] = occurredOn,
        ["recipientKey"] = recipient,
    };

    private static async Task<StandaloneProcess> Stored(string name)
    {
        var standalone = await StandaloneProcess.Start();
        await standalone.Kill();
        foreach (var file in Directory.EnumerateFiles(standalone.DataFolder)) File.Delete(file);
        await using (var archive = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Stored", name)))
        await using (var unpacked = new GZipStream(archive, CompressionMode.Decompress))
            await TarFile.ExtractToDirectoryAsync(
                unpacked, standalone.DataFolder, overwriteFiles: true, TestContext.Current.CancellationToken);
        await standalone.Restart();
        return standalone;
    }
}
