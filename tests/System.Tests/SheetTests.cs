using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

public sealed class StandaloneSheetTests(Standalone system) : SheetTests(system);

public sealed class DistributedSheetTests(Distributed system) : SheetTests(system);

/// <summary>Spreadsheets come in by the bulk routes, and count as the same lines of NDJSON do.</summary>
public abstract class SheetTests(RunningSystem system) : SystemSuite(system)
{
    private const string Csv = "text/csv";
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    private const string Header = "facilityId,vaccineId,doseNumber,occurredOn,count\n";

    [Fact]
    public async Task A_sheet_counts_once_and_as_the_same_lines_of_NDJSON()
    {
        var world = await NewWorld();
        var (sheet, name) = ($"{Header}{world.Clinic},{world.Vaccine},1,2024-03-01,5\n{world.Clinic},nothing,1,2024-03-01,6\n,,,,\n"
            + $"{world.Clinic},{world.Vaccine},1,2999-01-01,7\n", $"{Guid.NewGuid():N}");
        var tried = await Send(sheet, $"administrations?submissionId={name}&dryRun=true");
        Assert.Equal(tried.Text, (await Send(sheet, $"administrations?submissionId={name}&dryRun=true")).Text);
        Assert.Equal(0, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);

        var first = await Send(sheet, $"administrations?submissionId={name}");
        Assert.Equal(tried.Text, first.Text);
        Assert.Equal((5, 6, 1), ((long)first.Body["accepted"]!, (long)first.Body["held"]!, (long)first.Body["rejectedTotal"]!));
        Assert.Equal((5, $"{name}:5"), ((int)first.Body["rejected"]![0]!["line"]!, (string)first.Body["rejected"]![0]!["id"]!));
        Assert.Equal(3, (int)first.Body["heldLines"]![0]!["line"]!);
        foreach (var dryRun in new[] { "", "&dryRun=true" })
        {
            var again = await Send(sheet, $"administrations?submissionId={name}{dryRun}");
            Assert.Equal((first.Text, true), (again.FirstText, (bool?)again.Body["repeated"]));
        }

        Assert.Equal(409, (await Send(
            sheet + $"{world.Clinic},{world.Vaccine},1,2024-03-01,5\n", $"administrations?submissionId={name}")).Code);
        // The same lines, as they would be sent otherwise.
        var lines = string.Join('\n', "", Line("5", world.Vaccine, "2024-03-01"), Line("6", "nothing", "2024-03-01"), "",
            Line("7", world.Vaccine, "2999-01-01"));
        var same = await Api.Send(HttpMethod.Post, $"administrations?submissionId={name}", lines, "application/x-ndjson");
        Assert.Equal((first.Text, true), (same.FirstText, (bool?)same.Body["repeated"]));
        Assert.Equal(5, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);

        string Line(string count, string vaccine, string day) =>
            $$"""{"facilityId":"{{world.Clinic}}","vaccineId":"{{vaccine}}","doseNumber":"1","occurredOn":"{{day}}","count":{{count}}}""";
    }

    [Fact]
    public async Task A_dry_run_tells_doses_that_come_twice_and_keeps_none()
    {
        var world = await NewWorld();
        var id = Guid.CreateVersion7();
        var rows = string.Concat(Enumerable.Range(0, 2_100).Select(
            _ => $"{world.Clinic},{world.Vaccine},1,2024-03-01,{Guid.CreateVersion7()}\n"));
        var sheet = $"facilityId,vaccineId,doseNumber,occurredOn,doseId\n{world.Clinic},{world.Vaccine},1,2024-03-01,{id}\n{rows}"
            + $"{world.Clinic},{world.Vaccine},1,2024-03-01,{id}\n{world.Clinic},{world.Vaccine},2,2024-03-01,{id}\n";
        var tried = (await Send(sheet, "administrations?submissionId=twice&dryRun=true")).Body;
        Assert.Equal((2_101, 1, 1), ((long)tried["accepted"]!, (long)tried["duplicates"]!, (long)tried["conflictsTotal"]!));
        Assert.Equal(404, (await Api.Get($"administrations/{id}")).Code);
        Assert.Equal(tried.ToJsonString(), (await Send(sheet, "administrations?submissionId=twice")).Body.ToJsonString());
        Assert.Equal(200, (await Api.Get($"administrations/{id}")).Code);
        // As a document too.
        var document = world.Submission(world.Dose());
        Assert.Equal(1, (long)(await Api.Post("administrations?dryRun=true", document)).Body["accepted"]!);
        Assert.Equal(1, (long)(await Api.Post("administrations", document)).Body["accepted"]!);
        var huge = string.Concat(Enumerable.Repeat($"{world.Clinic},{world.Vaccine},1,2024-03-01,1\n", 50_001));
        Assert.Equal(413, (await Send(Header + huge, "administrations?submissionId=huge&dryRun=true")).Code);
    }

    [Fact]
    public async Task The_examples_come_to_what_their_index_says()
    {
        Assert.SkipWhen(Examples.Find("csv/index.csv") is null, Examples.Missing);
        var world = await NewWorld();
        var name = $"{Guid.NewGuid():N}";
        string[] columns = ["facilityId", "vaccineId", "doseNumber", "occurredOn", "lotNumber", "count"];
        var place = Values("ATL-1", world.Clinic);
        var vaccine = Values("MR", world.Vaccine);

        string[] french = ["Établissement", "Vaccin", "Dose", "Date", "Lot", "Nombre"];
        await PutImport(
            $"{name}-1252", Map(french, columns), ("encoding", "windows-1252"), ("separator", ";"), ("dateFormat", "dd/MM/yyyy"));
        var semicolon = (await Send("ours-semicolon-1252.csv", $"{name}-1252")).Body;
        Assert.Equal((1_235, 1), ((long)semicolon["accepted"]!, (long)semicolon["rejectedTotal"]!));
        Assert.Equal(4, (int)semicolon["rejected"]![0]!["line"]!);
        var lot = (await Api.Get($"administrations?facilityId={world.Clinic}&occurredOn=2026-03-02")).Text;
        Assert.Contains("\"0012\"", lot, StringComparison.Ordinal);

        var plain = columns.Where(column => column != "lotNumber").ToArray();
        await PutImport($"{name}-none", Map(plain, plain));
        var ambiguous = await Send("ours-ambiguous-dates.csv", $"{name}-none");
        Assert.Equal(422, ambiguous.Code);
        Assert.NotNull(ambiguous.Json!["errors"]!["dateFormat"]);
        Assert.Equal(422, (await Send("ours-ambiguous-dates.csv", null)).Code);
        await PutImport($"{name}-us", Map(plain, plain), ("dateFormat", "MM/dd/yyyy"));
        Assert.Equal(11, (long)(await Send("ours-ambiguous-dates.csv", $"{name}-us")).Body["accepted"]!);

        await PutImport($"{name}-xlsx", Map(columns, columns));
        var workbook = (await Send("ours-clinic.xlsx", $"{name}-xlsx")).Body;
        Assert.Equal(39, (long)workbook["accepted"]!);
        Assert.Equal((3, true), ((int)workbook["warnings"]!.AsArray().Single()!["line"]!,
            ((string)workbook["warnings"]![0]!["reason"]!).Contains("'12'", StringComparison.Ordinal)));
        Assert.Equal(400, (await Send("nhs-point_of_care-malformed.csv", $"{name}-us")).Code);

        // What is said of persons is in no column of the map, but for a key that is hashed.
        string[] nhs = ["DATE_OF_VACCINATION", "LOCAL_PATIENT_ID", "BATCH_NUMBER", "DOSE_SEQUENCE"];
        var map = Map(nhs, ["occurredOn", "recipientKey", "lotNumber", "doseNumber"]);
        map["constants"] = new JsonObject { ["facilityId"] = world.Clinic, ["vaccineId"] = world.Vaccine };
        await PutImport($"{name}-nhs", map, ("dateFormat", "yyyyMMdd"));
        var doses = (await Send("nhs-point_of_care-valid_hpv.csv", $"{name}-nhs")).Body;
        Assert.Equal((11, 0), ((long)doses["accepted"]!, (long)doses["rejectedTotal"]!));
        map["columns"]!.AsArray().RemoveAt(3);
        map["constants"]!["doseNumber"] = "1";
        map["skipRows"] = 1;
        await PutImport($"{name}-rows", map, ("dateFormat", "dd/MM/yyyy"));
        var invalid = (await Send("nhs-point_of_care-invalid_rows.csv", $"{name}-rows")).Body;
        Assert.Equal((0, true), ((long)invalid["accepted"]!, (long)invalid["rejectedTotal"]! > 0));
        Assert.StartsWith("occurredOn: '20240514'", (string)invalid["rejected"]![0]!["reason"]!, StringComparison.Ordinal);

        JsonObject Map(string[] names, string[] fields) => new()
        {
            ["columns"] = new JsonArray([.. names.Zip(fields, (column, field) =>
            {
                var said = new JsonObject { ["column"] = column, ["field"] = field };
                if (field == "facilityId") said["values"] = place.DeepClone();
                if (field == "vaccineId") said["values"] = vaccine.DeepClone();
                return said;
            })]),
        };

        static JsonObject Values(string from, string to) => new() { [from] = to };

        async Task PutImport(string import, JsonObject said, params (string Name, string Value)[] more)
        {
            var body = said.DeepClone().AsObject();
            foreach (var (field, value) in more) body[field] = value;
            var put = await Api.Put($"administrations/imports/{import}", body);
            Assert.True(put.Code == 200, put.Text);
            Assert.Equal(put.Text, (await Api.Get($"administrations/imports/{import}")).Text);
        }

        async Task<Answer> Send(string file, string? import)
        {
            var bytes = await File.ReadAllBytesAsync(Examples.Find($"csv/{file}")!, TestContext.Current.CancellationToken);
            return await SendBytes(
                bytes, $"administrations?submissionId={Guid.NewGuid():N}{(import is null ? "" : $"&import={import}")}",
                file.EndsWith("xlsx", StringComparison.Ordinal) ? Xlsx : Csv);
        }
    }

    [Fact]
    public async Task Places_and_the_people_in_them_come_in_as_sheets()
    {
        var world = await NewWorld();
        var places = "facilityId,name,level,parentId,country,latitude\n"
            + $"{world.Country}-N1,\"=Clinic, north\",facility,{world.Country}-N,{world.Country},41.9\n"
            + $"{world.Country}-N,North,district,{world.Region},{world.Country},\n"
            + $"{world.Country}-X,Lost,facility,nowhere,{world.Country},\n";
        var tried = (await Send(places, "facilities/bulk?dryRun=true")).Body;
        Assert.Equal((2, 1), ((long)tried["accepted"]!, (long)tried["rejectedTotal"]!));
        Assert.Equal(4, (int)tried["rejected"]![0]!["line"]!);
        Assert.Equal(404, (await Api.Get($"facilities/{world.Country}-N")).Code);
        Assert.Equal(tried.ToJsonString(), (await Send(places, "facilities/bulk")).Body.ToJsonString());
        Assert.Equal(2, (long)(await Send(places, "facilities/bulk?dryRun=true")).Body["unchanged"]!);
        Assert.Equal("=Clinic, north", (string)(await Api.Get($"facilities/{world.Country}-N1")).Body["name"]!);

        var import = $"{Guid.NewGuid():N}";
        _ = (await Api.Put($"target-populations/imports/{import}", JsonNode.Parse($$"""
            {"columns": [{"column": "Luogo", "field": "facilityId"}, {"column": "Sesso", "field": "sex", "values": {"F": "female"} },
              {"column": "Persone", "field": "population"}],
             "constants": {"vaccineId": "{{world.Vaccine}}", "year": "2024", "source": "census"}, "thousandsSeparator": "."}
            """)!)).Body;
        var people = $"Luogo;Sesso;Persone\n{world.Clinic};F;1.200\n{world.Store};F;5\n{world.Clinic};M;1.100\n{world.Store};M;many\n";
        var path = $"target-populations/bulk?import={import}";
        tried = (await Send(people, path + "&dryRun=true")).Body;
        Assert.Equal((1, 1), ((long)tried["accepted"]!, (long)tried["rejectedTotal"]!));
        Assert.Equal((3, true), ((int)tried["rejected"]![0]!["line"]!,
            ((string)tried["rejected"]![0]!["reason"]!).StartsWith("line 5", StringComparison.Ordinal)));
        Assert.Null((long?)(await world.CoverageOf(world.Clinic, "facility"))["targetPopulation"]);
        Assert.Equal(tried.ToJsonString(), (await Send(people, path)).Body.ToJsonString());
        Assert.Equal(2_300, (long)(await world.CoverageOf(world.Clinic, "facility"))["targetPopulation"]!);
    }

    [Fact]
    public async Task Past_consignments_come_in_as_sheets_with_a_row_for_each_line()
    {
        var world = await NewWorld();
        var (import, id) = ($"{Guid.NewGuid():N}", $"{Guid.NewGuid():N}");
        _ = (await Api.Put($"shipments/imports/{import}", JsonNode.Parse($$"""
            {"columns": [{"column": "no", "field": "shipmentId"}, {"column": "to", "field": "toFacilityId"}, {"column": "lot", "field": "lotNumber"},
              {"column": "on", "field": "dispatchedAt"}, {"column": "arrived", "field": "receivedAt"}, {"column": "doses", "field": "doses"}],
             "constants": {"vaccineId": "{{world.Vaccine}}", "origin": "Maker"}, "dateFormat": "dd.MM.yyyy"}
            """)!)).Body;
        var sheet = $"no,to,on,arrived,lot,doses\n"
            + $"{id},{world.Store},1.2.2024,3.2.2024,0012,50\n{id},{world.Store},1.2.2024,3.2.2024,0013,70\n";
        var tried = (await Send(sheet, $"shipments/bulk?import={import}&dryRun=true")).Body;
        Assert.Equal(1, (long)tried["accepted"]!);
        Assert.Equal(404, (await Api.Get($"shipments/{id}")).Code);
        Assert.Equal(tried.ToJsonString(), (await Send(sheet, $"shipments/bulk?import={import}")).Body.ToJsonString());
        Assert.Equal(1, (long)(await Send(sheet, $"shipments/bulk?import={import}")).Body["duplicates"]!);
        Assert.Equal(120, (long)(await world.Balance())["received"]!);
    }

    [Fact]
    public async Task What_is_no_sheet_or_has_no_map_is_refused()
    {
        Assert.Equal(404, (await Send(Header, "administrations?submissionId=x&import=nothing")).Code);
        Assert.Equal(422, (await Send(Header, "administrations")).Code);
        var ndjson = await Api.Send(HttpMethod.Post, "administrations?submissionId=x&import=y", "{}", "application/x-ndjson");
        Assert.Equal(422, ndjson.Code);
        Assert.Equal(422, (await Api.Post("administrations?import=y", new JsonObject())).Code);
        Assert.Equal(415, (await Api.Send(HttpMethod.Post, "administrations?submissionId=x", "x", "application/vnd.ms-excel")).Code);
        Assert.Equal(400, (await SendBytes([1, 2, 3], "facilities/bulk", Xlsx)).Code);
        var long8 = Header + new string('\n', 9 * 1024 * 1024);
        Assert.Equal(413, (await Send(long8, "administrations?submissionId=x")).Code);
        var wrong = await Api.Put("facilities/imports/x", JsonNode.Parse("""{"columns": [{"column": "a", "field": "birthDate"}]}""")!);
        Assert.Equal(422, wrong.Code);
        Assert.NotNull(wrong.Json!["errors"]!["columns[0].field"]);
        Assert.Equal(404, (await Api.Get("facilities/imports/nothing")).Code);
        var workbook97 = await Api.Send(HttpMethod.Post, "facilities/bulk", "x", "application/vnd.ms-excel");
        Assert.Contains(Xlsx, workbook97.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_is_given_up()
    {
        var name = $"{Guid.NewGuid():N}";
        var path = $"facilities/imports/{name}";
        _ = (await Api.Put(path, JsonNode.Parse("""{"columns": [{"column": "a", "field": "name"}]}""")!)).Body;
        for (var turn = 0; turn < 2; turn++) Assert.Equal(204, (await Api.Send(HttpMethod.Delete, path, "", "text/plain")).Code);
        Assert.Equal(404, (await Api.Get(path)).Code);
    }

    private Task<Answer> Send(string sheet, string path) => SendBytes(Encoding.UTF8.GetBytes(sheet), path, Csv);

    private async Task<Answer> SendBytes(byte[] sheet, string path, string mediaType)
    {
        using var content = new ByteArrayContent(sheet);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        using var response = await Api.Http.PostAsync($"api/v1/{path}", content, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer(response.StatusCode, text.Length > 0 ? JsonNode.Parse(text) : null, text,
            response.Content.Headers.ContentType?.MediaType);
    }
}
