using System.Text;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>The program <c>distribution import</c> as people and scripts call it.</summary>
public sealed class ImportCommandTests(SignedInStandalone system) : IClassFixture<SignedInStandalone>
{
    private const int NotDone = 1;
    private const int Misunderstood = 2;
    private const int InPart = 3;

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "distribution.dll");

    [Fact]
    public async Task A_file_is_counted_once_and_what_was_not_taken_is_in_a_report()
    {
        var world = new World(system.Administrator, $"I{Guid.NewGuid():N}"[..8]);
        await world.PutPlace(world.Country, "country", null);
        await world.PutPlace(world.Region, "region", world.Country);
        await world.PutPlace(world.Clinic, "facility", world.Region);
        await world.PutVaccine(world.Vaccine, "1", "2");
        await system.Administrator.Drained();
        _ = (await system.Administrator.Put($"administrations/imports/{world.Country}", JsonNode.Parse($$"""
            {"columns": [{"column": "where", "field": "facilityId"}, {"column": "when", "field": "occurredOn"}, {"column": "n", "field": "count"}],
             "constants": {"vaccineId": "{{world.Vaccine}}", "doseNumber": "1"}, "dateFormat": "dd/MM/yyyy"}
            """)!)).Body;
        var folder = Directory.CreateTempSubdirectory("distribution-import-");
        try
        {
            var file = Path.Combine(folder.FullName, "march.csv");
            await File.WriteAllTextAsync(file, $"where;when;n\n{world.Clinic};2/3/2024;5\n{world.Clinic};=1+1;6\nTotal;;11\n",
                TestContext.Current.CancellationToken);
            string[] import = [file, "--map", world.Country];
            var (code, said) = await Run([.. import, "--dry-run"]);
            Assert.True(code == InPart, said);
            Assert.Contains("It would come to: 5 taken", said, StringComparison.Ordinal);
            Assert.Contains($"2 lines were not taken: {file}.dry-run.refused.csv", said, StringComparison.Ordinal);
            Assert.Equal(0, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);

            for (var turn = 0; turn < 2; turn++)
            {
                (code, said) = await Run(import);
                Assert.True(code == InPart, said);
                Assert.Contains("5 taken, 0 had come before, 0 held until what they name is known, 0 in conflict, 2 refused", said,
                    StringComparison.Ordinal);
                Assert.Equal(turn == 1, said.Contains("imported before", StringComparison.Ordinal));
                Assert.Contains($"2 lines were not taken: {file}.refused.csv", said, StringComparison.Ordinal);
            }

            Assert.Equal(5, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
            var report = await File.ReadAllBytesAsync(file + ".refused.csv", TestContext.Current.CancellationToken);
            Assert.Equal(Encoding.UTF8.GetPreamble(), report[..3]);
            var rows = Encoding.UTF8.GetString(report[3..]).Split("\r\n");
            Assert.Equal("line,outcome,id,reason", rows[0]);
            Assert.StartsWith("3,refused,,", rows[1], StringComparison.Ordinal);
            Assert.Contains("'=1+1' is no date", rows[1], StringComparison.Ordinal);
            Assert.StartsWith("4,refused,sheet-", rows[2], StringComparison.Ordinal);

            // What was corrected, in a file of its own; and places.
            await File.WriteAllTextAsync(file, $"where;when;n\n{world.Clinic};3/3/2024;7\n", TestContext.Current.CancellationToken);
            Assert.Equal(0, (await Run(import)).ExitCode);
            // What was not taken before is not told again.
            Assert.Equal("line,outcome,id,reason\r\n",
                await File.ReadAllTextAsync(file + ".refused.csv", TestContext.Current.CancellationToken));
            Assert.Equal(12, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
            var places = Path.Combine(folder.FullName, "places.csv");
            await File.WriteAllTextAsync(
                places, $"facilityId,name,level,parentId,country\n{world.Store},x,facility,{world.Region},{world.Country}\n",
                TestContext.Current.CancellationToken);
            var answer = await Run([places, "--as", "facilities", "--json"]);
            Assert.Equal((0, 1), (answer.ExitCode, (int)JsonNode.Parse(answer.Output)!["accepted"]!));

            // What a spreadsheet would run is escaped.
            await File.AppendAllTextAsync(
                places, "=1+1,x,,,\n+1 1,x,,,\n@x,x,,,\n\"-a;\"\"b\",x,,,\n", TestContext.Current.CancellationToken);
            Assert.Equal(InPart, (await Run([places, "--as", "facilities", "--report", file])).ExitCode);
            Assert.Equal(["3,refused,'=1+1,", "4,refused,'+1 1,", "5,refused,'@x,", "6,refused,\"'-a;\"\"b\","],
                (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Split("\r\n")[1..^1]
                    .Select(row => row[..row.IndexOf("\"facilityId", StringComparison.Ordinal)]));

            await Refused(Misunderstood, "ends neither with .csv nor with .xlsx", Path.Combine(folder.FullName, "march.xls"));
            await Refused(Misunderstood, "--as", places, "--as", "vaccines");
            await Refused(NotDone, "cannot be read", Path.Combine(folder.FullName, "april.csv"));
            await Refused(NotDone, "No import has the id 'nothing'", places, "--map", "nothing");
            await Refused(NotDone, "name: is no field", places);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_sheet_needs_the_rights_of_its_lines_and_a_map_is_its_makers()
    {
        var world = new World(system.Administrator, $"J{Guid.NewGuid():N}"[..8]);
        await world.PutPlace(world.Country, "country", null);
        await world.PutPlace(world.Clinic, "facility", world.Country);
        await world.PutPlace(world.Store, "facility", world.Country);
        await world.PutVaccine(world.Vaccine, "1", "2");
        await system.Administrator.Drained();
        using var clinic = (await system.NewKeyAt(world.Clinic, "clinic")).Api;
        using var other = (await system.NewKeyAt(world.Store, "clinic")).Api;
        using var viewer = (await system.NewKey("viewer")).Api;
        var path = $"administrations/imports/{world.Country}";
        var map = JsonNode.Parse("""{"columns": [{"column": "n", "field": "count"}]}""")!;
        Assert.Equal(200, (await clinic.Put(path, map)).Code);
        Assert.Equal(200, (await clinic.Put(path, map)).Code);
        Assert.Equal((403, 403, 200),
            ((await other.Put(path, map)).Code, (await viewer.Put(path, map)).Code, (await other.Get(path)).Code));
        Assert.Equal(200, (await system.Administrator.Put(path, map)).Code);
        Assert.Equal(403, (await clinic.Put(path, map)).Code);
        Assert.Equal((403, 403), ((await viewer.Get(path)).Code, (await clinic.Send(HttpMethod.Delete, path, "", "text/plain")).Code));

        var sheet = "facilityId,vaccineId,doseNumber,occurredOn,count\n"
            + $"{world.Clinic},{world.Vaccine},1,2024-03-01,5\n{world.Store},{world.Vaccine},1,2024-03-01,6\n";
        foreach (var dryRun in new[] { "true", "false" })
        {
            var answer = await clinic.Send(
                HttpMethod.Post, $"administrations?submissionId={world.Country}&dryRun={dryRun}", sheet, "text/csv");
            Assert.Equal((5, 1), ((long)answer.Body["accepted"]!, (long)answer.Body["rejectedTotal"]!));
            Assert.Equal(3, (int)answer.Body["rejected"]![0]!["line"]!);
        }
    }

    private async Task Refused(int code, string says, params string[] arguments)
    {
        var (exit, output) = await Run(arguments);
        Assert.True(exit == code, $"{exit}: {output}");
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output)> Run(string[] arguments)
    {
        var process = (StandaloneProcess)system.Hosting!;
        return CommandLine.Run(["dotnet", Program, "import", .. arguments, "--url", process.Address.ToString()], TimeSpan.FromMinutes(1),
            new Dictionary<string, string> { ["DISTRIBUTION_KEY_FILE"] = Path.Combine(process.DataFolder, "administrator.key") });
    }
}
