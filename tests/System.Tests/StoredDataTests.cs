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
        await using var standalone = await StandaloneProcess.Start();
        await standalone.Kill();
        foreach (var file in Directory.EnumerateFiles(standalone.DataFolder)) File.Delete(file);
        await using (var archive = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Stored", "before-shared-rules.tgz")))
        await using (var unpacked = new GZipStream(archive, CompressionMode.Decompress))
            await TarFile.ExtractToDirectoryAsync(
                unpacked, standalone.DataFolder, overwriteFiles: true, TestContext.Current.CancellationToken);
        await standalone.Restart();
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
}
