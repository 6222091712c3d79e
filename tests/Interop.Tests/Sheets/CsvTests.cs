using System.Text;
using Distribution.Interop.Sheets;
using Distribution.SharedKernel.Rules;

namespace Distribution.Interop.Tests.Sheets;

/// <summary>CSV files as clinics save them.</summary>
public sealed class CsvTests
{
    private const string Header = "facilityId,vaccineId,doseNumber,occurredOn,count\n";

    private static readonly ImportMap Map = new(
    [
        new("Établissement", "facilityId"), new("Vaccin", "vaccineId"), new("Date", "occurredOn"), new("Lot", "lotNumber"),
        new("Nombre", "count"),
    ], new Dictionary<string, string?> { ["doseNumber"] = "1" }, DateFormat: "dd/MM/yyyy");

    [Fact]
    public async Task A_file_with_the_fields_names_needs_no_map_and_its_lines_are_those_of_the_file()
    {
        var read = await SheetReading.Csv("\uFEFF" + Header + "\nA-1,\"MR\n2\",1,2026-03-01,5\r\n,,,,\nA-1,MR,1,2026-03-02,6");
        Assert.Equal((200, ""), (read.Status, read.Detail));
        Assert.Equal(
        [
            (3, """{"facilityId":"A-1","vaccineId":"MR\n2","doseNumber":"1","occurredOn":"2026-03-01","count":5}"""),
            (6, """{"facilityId":"A-1","vaccineId":"MR","doseNumber":"1","occurredOn":"2026-03-02","count":6}"""),
        ], read.Lines.Select(line => (line.Line, line.Said.ToJsonString())));
        Assert.Equal((422, "Name: is no field"), await Refused("facilityId,Name\nA,Anna\n", "Name: is no field"));
        Assert.Equal((422, "column 2: has no name"), await Refused("facilityId,\nA,\n", "column 2: has no name"));
        Assert.Equal((422, "body"), await Refused("", "body"));

        static async Task<(int, string)> Refused(string text, string says)
        {
            var refused = await SheetReading.Csv(text);
            Assert.Contains(says, refused.Detail, StringComparison.Ordinal);
            return (refused.Status, says);
        }
    }

    [Theory]
    [InlineData("windows-1252", ";")]
    [InlineData("iso-8859-1", ",")]
    [InlineData("utf-16", "\t")]
    [InlineData(null, ";")]
    public async Task A_map_says_how_it_is_written_and_what_it_does_not_name_is_not_read(string? encoding, string separator)
    {
        var map = Map with { Encoding = encoding };
        var text = string.Join('\n',
            "Monthly report", "Vaccin;ÉTABLISSEMENT;Nom;Date;Lot;Nombre", "the vaccine;where;who;when;which;how many",
            "MR;ATL-1;Anna\"x;2/3/2026;0012;1 200", "MR;ATL-1;\"Öz\"\"lem\";13/03/2026;0012;35", "Total;;;;;1 235").Replace(";", separator);
        var bytes = (encoding is null ? Encoding.UTF8 : Encoding.GetEncoding(encoding)).GetBytes(text);
        var read = await SheetReading.Read(bytes, SheetBody.Csv, map with { HeaderRow = 2, SkipRows = 1, Separator = separator });
        Assert.Equal((200, ""), (read.Status, read.Detail));
        Assert.Equal(
        [
            (4, """{"facilityId":"ATL-1","vaccineId":"MR","doseNumber":"1","occurredOn":"2026-03-02","lotNumber":"0012","count":1200}"""),
            (5, """{"facilityId":"ATL-1","vaccineId":"MR","doseNumber":"1","occurredOn":"2026-03-13","lotNumber":"0012","count":35}"""),
            (6, """{"vaccineId":"Total","doseNumber":"1","count":1235}"""),
        ], read.Lines.Select(line => (line.Line, line.Said.ToJsonString())));
    }

    [Fact]
    public async Task A_file_that_says_what_it_is_written_in_is_not_read_otherwise()
    {
        var file = Encoding.UTF8.GetBytes("\uFEFFx;y\nA;B\n");
        var map = new ImportMap([new("x", "facilityId"), new("y", "lotNumber")], DateFormat: "dd.MM.yyyy");
        Assert.Equal("A", (string?)Assert.Single((await SheetReading.Read(file, SheetBody.Csv, map)).Lines).Said["facilityId"]);
        // As a stream, and as a whole.
        foreach (var format in new[] { "dd.MM.yyyy", null })
        {
            var dated = map with { Columns = [.. map.Columns!, new("x", "occurredOn")], DateFormat = format };
            var refused = await SheetReading.Read(file, SheetBody.Csv, dated with { Encoding = "windows-1252" });
            Assert.Equal((400, true), (refused.Status, refused.Detail.Contains("begins as UTF-8", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void A_key_of_rows_is_no_constant()
    {
        var map = new ImportMap([new("x", "facilityId")], new Dictionary<string, string?> { ["doseId"] = "1" });
        Assert.Contains("constants.doseId", map.Check(SheetReading.Target)!.Errors!.Keys);
    }

    [Theory]
    [InlineData("count", "1200", "1200")]
    [InlineData("count", "1\u202F200\u00A0000", "1200000")]
    [InlineData("count", " ١٢٠٠ ", "1200")]
    [InlineData("count", "۱۲", "12")]
    [InlineData("count", "12.00", "12")]
    [InlineData("count", "-3", "-3")]
    [InlineData("count", "1,200", null)]
    [InlineData("count", "1.5", null)]
    [InlineData("count", "9.5E+12", null)]
    [InlineData("count", "1 20", null)]
    [InlineData("count", "99999999999999999999", null)]
    [InlineData("count", "about 5", null)]
    [InlineData("lotNumber", "0012", "\"0012\"")]
    [InlineData("lotNumber", "12E4", "\"12E4\"")]
    [InlineData("lotNumber", "9,5E+12", null)]
    [InlineData("facilityId", "9.50601E+12", null)]
    [InlineData("doseNumber", "٢", "\"2\"")]
    [InlineData("occurredOn", "2026-03-01T23:30:00-05:00", "\"2026-03-01\"")]
    [InlineData("occurredOn", "1.3.2026", "\"2026-03-01\"")]
    [InlineData("occurredOn", "٠١.٠٣.٢٠٢٦", "\"2026-03-01\"")]
    [InlineData("occurredOn", "29.02.1900", null)]
    [InlineData("occurredOn", "1900-02-29", null)]
    [InlineData("occurredOn", "31.04.2026", null)]
    [InlineData("occurredOn", "03/04/2026", null)]
    [InlineData("occurredOn", "46083", null)]
    [InlineData("at", "01.03.2026", "\"2026-03-01T00:00:00\"")]
    [InlineData("at", "2026-03-01 08:30", "\"2026-03-01T08:30\"")]
    [InlineData("latitude", "41.89", "41.89")]
    [InlineData("latitude", "41,89", null)]
    [InlineData("isOpen", "Yes", "true")]
    [InlineData("isOpen", "maybe", null)]
    public async Task A_cell_is_read_in_one_way_or_refused(string field, string cell, string? said)
    {
        var map = new ImportMap([new("x", field), new("y", "vaccineId")], DateFormat: "dd.MM.yyyy");
        var line = Assert.Single((await SheetReading.Csv($"y;x\nMR;{cell}\n", map)).Lines);
        Assert.Equal((said, said is null), (line.Said[field]?.ToJsonString(), line.Problem is not null));
        if (said is null) Assert.StartsWith($"{field}: ", line.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("03/04/2026")]
    [InlineData("04/13/2026")]
    [InlineData("3.4.26")]
    [InlineData("2026/03/04")]
    public async Task Without_a_format_a_date_that_needs_one_refuses_the_whole_file(string date)
    {
        var text = Header + "A-1,MR,1,2026-03-01,1\n" + $"A-1,MR,1,{date},5\n";
        var refused = await SheetReading.Csv(text);
        Assert.Equal((422, 0), (refused.Status, refused.Lines.Count));
        Assert.Contains("dateFormat: line 3", refused.Detail, StringComparison.Ordinal);
        var map = new ImportMap([.. Header.Trim().Split(',').Select(name => new ImportColumn(name, name))]);
        Assert.Equal(422, (await SheetReading.Csv(text, map)).Status);
        var read = await SheetReading.Csv(text, map with { DateFormat = "MM/dd/yyyy" });
        Assert.Equal(2, read.Lines.Count);
    }

    [Fact]
    public async Task Day_numbers_are_read_where_that_is_said()
    {
        var map = new ImportMap([new("x", "occurredOn")], DateFormat: "serial");
        var read = await SheetReading.Csv("x\n46083\n61\n60\n0\n2026-03-03\n", map);
        Assert.Equal(["2026-03-02", "1900-03-01", null, null, "2026-03-03"], read.Lines.Select(line => (string?)line.Said["occurredOn"]));
        Assert.Equal([false, false, true, true, false], read.Lines.Select(line => line.Problem is not null));
    }

    [Fact]
    public async Task Cells_mean_what_the_map_says()
    {
        var map = new ImportMap(
        [
            new("given", "vaccineId", new Dictionary<string, string?> { ["Cervarix 1"] = "HPV", ["HPV"] = "HPV", ["none"] = null }),
            new("given", "doseNumber", new Dictionary<string, string?> { ["cervarix 1"] = "1", ["*"] = "unspecified" }),
        ]);
        var read = await SheetReading.Csv("given\nCervarix 1\nHPV\nMMR\nnone\n", map);
        Assert.Equal([("HPV", "1"), ("HPV", "unspecified"), ("MMR", "unspecified"), (null, "unspecified")],
            read.Lines.Select(line => ((string?)line.Said["vaccineId"], (string?)line.Said["doseNumber"])));
    }

    [Fact]
    public async Task A_row_is_known_again_by_its_key_at_its_place_or_by_its_line()
    {
        var map = new ImportMap([new("f", "facilityId"), new("k", "doseId")]);
        var uuid = Guid.CreateVersion7();
        var read = await SheetReading.Csv($"f,k\nA,17\nB,17\nA,{uuid}\n", map);
        Assert.Equal([NamedUuid.Of("sheet|A|17"), NamedUuid.Of("sheet|B|17"), uuid], read.Lines.Select(line => (Guid)line.Said["doseId"]!));
        read = await SheetReading.Csv("f\nA\nA\n", map with { Columns = [new("f", "facilityId")] });
        Assert.Equal([NamedUuid.Of("sheet-line|monday|2"), NamedUuid.Of("sheet-line|monday|3")],
            read.Lines.Select(line => (Guid)line.Said["doseId"]!));
    }

    [Fact]
    public async Task Rows_that_belong_together_make_one_line_wherever_they_stand()
    {
        var read = await SheetReading.Csv(
            "facilityId,year,source,sex,population\nA,2026,census,f,5\nB,2026,census,f,x\nA,2026,census,m,6\nB,2026,census,m,7\n"
                + "C,2026,census,f,1\nC,2026,other,m,1\n", null, SheetReading.Joined);
        Assert.Equal([2L, 3, 6], read.Lines.Select(line => line.Line));
        Assert.Equal("""{"facilityId":"A","year":2026,"source":"census","cells":[{"sex":"f","population":5},{"sex":"m","population":6}]}""",
            read.Lines[0].Said.ToJsonString());
        Assert.Null(read.Lines[0].Problem);
        Assert.StartsWith("population: 'x' is no whole number", read.Lines[1].Problem, StringComparison.Ordinal);
        Assert.StartsWith("line 7, which belongs to it: says something else", read.Lines[2].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_is_said_with_its_line()
    {
        var open = await SheetReading.Csv(Header + "A-1,MR,1,2026-03-01,5\n\"never closed\n");
        Assert.Equal(400, open.Status);
        Assert.Contains("line 3", open.Detail, StringComparison.Ordinal);
        // Though none of its columns is one that the map names.
        Assert.Equal(400, (await SheetReading.Csv("this;csv\nis,,,\n\"malformed\n", Map)).Status);

        var stray = await SheetReading.Csv(Header + "\"A\"-1,MR,1,2026-03-01,5\nA-1,5\" needle,1,2026-03-01,5\n");
        Assert.Contains("closing quote", stray.Lines[0].Problem, StringComparison.Ordinal);
        Assert.Equal((null, "5\" needle"), (stray.Lines[1].Problem, (string?)stray.Lines[1].Said["vaccineId"]));

        var latin = await SheetReading.Read(Encoding.Latin1.GetBytes(Header + "A-1,Rougéole,1,2026-03-01,5\n"), SheetBody.Csv);
        Assert.Contains("not UTF-8", latin.Lines[0].Problem, StringComparison.Ordinal);
        var lacks = await SheetReading.Csv("Vaccin;Date;Lot;Nombre\n", Map);
        Assert.Equal(422, lacks.Status);
        Assert.Contains("Établissement: the sheet has no such column; in line 1 it has Vaccin, Date, Lot, Nombre", lacks.Detail,
            StringComparison.Ordinal);
        Assert.Equal(422, (await SheetReading.Csv("Établissement;Vaccin;Date;Lot;Nombre;lot\n", Map)).Status);
        Assert.Equal(422, (await SheetReading.Csv(string.Join(',', Enumerable.Range(0, 501)) + "\n", Map)).Status);
        var cell = await SheetReading.Csv(Header + $"{new string('a', 5_000)},MR,1,2026-03-01,5\n");
        Assert.Contains("longer than", cell.Lines[0].Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("yyyy/dd", false)]
    [InlineData("dd/MM/yy", false)]
    [InlineData("hh/MM/yyyy dd", false)]
    [InlineData("yyyyMMdd", true)]
    [InlineData("d. M. yyyy", true)]
    public void A_format_has_a_year_a_month_and_a_day(string format, bool isOne) =>
        Assert.Equal(isOne, new ImportMap([new("x", "occurredOn")], DateFormat: format).Check(SheetReading.Target) is null);

    [Fact]
    public void A_map_that_makes_no_sense_is_refused_by_field()
    {
        var refusal = new ImportMap(
            [new("x", "occurredOn"), new("y", "occurredOn"), new("", "vaccineId"), new("z", "birthDate"), null],
            new Dictionary<string, string?> { ["occurredOn"] = "2026-01-01" }, ";;", "klingon", "tomorrow", "#", -1, 5_000)
            .Check(SheetReading.Target);
        Assert.Equal(
        [
            "columns[1].field", "columns[2].column", "columns[3].field", "columns[4].column", "columns[4].field", "constants.occurredOn",
            "dateFormat", "encoding", "headerRow", "separator", "skipRows", "thousandsSeparator",
        ], refusal!.Errors!.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("9.51E+12", "has lost digits")]
    [InlineData("1E+12", "has lost digits")]
    public async Task A_key_that_a_spreadsheet_shortened_is_nobodys(string key, string why)
    {
        var read = await SheetReading.Csv($"facilityId,doseId\nA,{key}\n");
        Assert.Contains(why, Assert.Single(read.Lines).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_with_more_cells_than_columns_is_refused_unless_they_are_empty()
    {
        var read = await SheetReading.Csv("facilityId,count\nA,1,200\nA,1,,\n");
        Assert.Contains("more cells", read.Lines[0].Problem, StringComparison.Ordinal);
        Assert.Null(read.Lines[1].Problem);
    }

    [Fact]
    public async Task A_key_of_a_row_is_never_that_of_a_line_of_a_submission_and_digits_and_uuids_may_be_written_in_any_way()
    {
        var read = await SheetReading.Csv("facilityId,doseId\nmonday,2\nA\u0661,7\nA1,\u0667\n");
        var bare = await SheetReading.Csv("facilityId\nA\n");
        Assert.NotEqual((string)bare.Lines[0].Said["doseId"]!, (string)read.Lines[0].Said["doseId"]!);
        Assert.Equal((string)read.Lines[1].Said["doseId"]!, (string)read.Lines[2].Said["doseId"]!);
        var id = Guid.NewGuid();
        var uuids = await SheetReading.Csv($"facilityId,doseId\nA,{id}\nA,{id:B}\nA,urn:uuid:{id}\nA,{id:N}\n");
        Assert.All(uuids.Lines, line => Assert.Equal(id, (Guid)line.Said["doseId"]!));
    }

    [Fact]
    public async Task A_row_that_does_not_say_to_what_it_belongs_stops_the_sheet()
    {
        var read = await SheetReading.Csv(
            "facilityId,year,sex,population\nA,2026,female,100\n,,male,110\n", target: SheetReading.Joined);
        Assert.Equal((400, 0), (read.Status, read.Lines.Count));
        Assert.Contains("Line 3", read.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("yyyy-dd-MM", "2026-03-04", "2026-04-03")]
    [InlineData("yyyy-MM-dd", "2026-03-04", "2026-03-04")]
    public async Task A_day_is_read_as_the_format_has_it_also_where_it_looks_like_another(string format, string said, string day)
    {
        var map = new ImportMap([new("d", "occurredOn"), new("f", "facilityId")], DateFormat: format);
        Assert.Equal(day, (string)(await SheetReading.Csv($"f,d\nA,{said}\n", map)).Lines[0].Said["occurredOn"]!);
    }

    [Fact]
    public void A_map_that_names_a_cell_twice_or_an_encoding_that_is_not_taken_is_refused()
    {
        var twice = new ImportColumn("s", "vaccineId", new Dictionary<string, string?> { ["F"] = "a", ["f"] = "b" });
        Assert.NotNull(new ImportMap([twice]).Check(SheetReading.Target));
        Assert.NotNull(new ImportMap([new("s", "vaccineId")], Encoding: "utf-7").Check(SheetReading.Target));
        Assert.NotNull(new ImportMap([new("s", "occurredOn")], DateFormat: "yyyyMd").Check(SheetReading.Target));
    }
}
