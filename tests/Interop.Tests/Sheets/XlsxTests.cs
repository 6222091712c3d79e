using System.IO.Compression;
using Distribution.Interop.Sheets;
using static Distribution.Interop.Tests.Sheets.SheetReading;

namespace Distribution.Interop.Tests.Sheets;

/// <summary>Workbooks as clinics save them.</summary>
public sealed class XlsxTests
{
    private static readonly string Header = Row(1, Text("facilityId"), Text("occurredOn"), Text("lotNumber"), Text("count"));

    [Fact]
    public async Task Cells_are_read_as_they_were_meant_and_what_may_be_lost_is_told()
    {
        var read = await Xlsx(Header
            + Row(2, Text("A"), Number("46083", style: 1), Text("0012"), Number("20"))
            + Row(5, Text("A"), Text("2026-03-03"), Number("12"), "<c @><f>10+5</f><v>15</v></c>")
            + Row(6, Text("A"), Number("46083.75", style: 1), Number("9500000000000"), Text("4"))
            + Row(7, Text("A"), Number("60", style: 1), Text("L7"), Number("1.5"))
            + Row(8, Text("A"), Number("46083"), Text("L7"), Number("1E+20")));
        Assert.Equal((200, ""), (read.Status, read.Detail));
        Assert.Equal([2L, 5, 6, 7, 8], read.Lines.Select(line => line.Line));
        Assert.Equal(
        [
            """{"facilityId":"A","occurredOn":"2026-03-02","lotNumber":"0012","count":20}""",
            """{"facilityId":"A","occurredOn":"2026-03-03","lotNumber":"12","count":15}""",
            """{"facilityId":"A","occurredOn":"2026-03-02","lotNumber":"9500000000000","count":4}""",
        ], read.Lines.Take(3).Select(line => line.Said.ToJsonString()));
        Assert.Equal([false, true, true, false, false], read.Lines.Select(line => line.Warning?.StartsWith("lotNumber: ") == true));
        Assert.Equal([false, false, false, true, true], read.Lines.Select(line => line.Problem is not null));
    }

    [Fact]
    public async Task Errors_and_formulas_that_were_never_calculated_are_not_empty_cells()
    {
        var rows = Header
            + Row(2, Text("A"), Text("2026-03-02"), "<c @ t=\"e\"><v>#N/A</v></c>", Number("1"))
            + Row(3, Text("A"), Text("2026-03-02"), "<c @><f>A2</f><v/></c>", Number("1"))
            + Row(4, Text("A"), Text("2026-03-02"), "<c @ t=\"str\"><f>IF(1,\"\")</f><v></v></c>",
                "<c @ t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>")
            + Row(5, Text("A"), Text("2026-03-02"), "<c @ t=\"str\"><f>IF(1,\"\")</f><v></v></c>", Number("2"))
            + Row(6, "<c @ t=\"e\"><v>#REF!</v></c>");
        var read = await Xlsx(rows);
        Assert.Equal([2L, 3, 4, 5, 6], read.Lines.Select(line => line.Line));
        Assert.Equal(
            ["lotNumber: the cell shows an error of the spreadsheet (#N/A)", "lotNumber: the cell has a formula that was never calculated",
                "count: the cell shows an error of the spreadsheet (#DIV/0!)", null,
                "facilityId: the cell shows an error of the spreadsheet (#REF!)"],
            read.Lines.Select(line => line.Problem?[..line.Problem.IndexOf(": correct", StringComparison.Ordinal)]));

        // Only a map that names the error says what it stands for.
        foreach (var (means, isTaken) in new[] { ("#N/A", true), ("*", false) })
        {
            var map = new ImportMap([
                new("facilityId", "facilityId"), new("lotNumber", "lotNumber", new Dictionary<string, string?> { [means] = "L-1" }),
            ]);
            var line = (await Read(Workbook(rows), SheetBody.Xlsx, map)).Lines[0];
            Assert.Equal((isTaken, isTaken ? "L-1" : null), (line.Problem is null, (string?)line.Said["lotNumber"]));
        }

        var many = string.Concat(Enumerable.Range(2, Untold.CellsMax + 1).Select(row => Row(row, "<c @ t=\"e\"><v>#N/A</v></c>")));
        Assert.Equal(422, (await Xlsx(Header + many)).Status);
    }

    [Fact]
    public async Task Days_that_count_from_1904_are_read_as_dates_and_never_as_numbers()
    {
        var rows = Header + Row(2, Text("A"), Number("44621", style: 1), Text("L"), Number("1"));
        var workbook = Workbook(rows, "<workbookPr date1904=\"1\"/>");
        var read = await Read(workbook, SheetBody.Xlsx);
        Assert.Equal("2026-03-02", (string?)Assert.Single(read.Lines).Said["occurredOn"]);
        var serial = new ImportMap([new("occurredOn", "occurredOn")], DateFormat: "serial");
        var refused = await Read(workbook, SheetBody.Xlsx, serial);
        Assert.Equal(422, refused.Status);
        Assert.Contains("1904", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(200, (await Read(Workbook(rows), SheetBody.Xlsx, serial)).Status);
    }

    [Fact]
    public async Task What_is_no_workbook_or_unpacks_to_too_much_is_refused()
    {
        Assert.Equal(400, (await Read("not a zip"u8.ToArray(), SheetBody.Xlsx)).Status);
        Assert.Equal(400, (await Read([], SheetBody.Xlsx)).Status);
        Assert.Equal(400, (await Read(Bomb(1024), SheetBody.Xlsx)).Status);
        Assert.Equal(413, (await Read(Bomb(XlsxRows.UnpackedBytesMax + 1), SheetBody.Xlsx)).Status);
        Assert.Equal(422, (await Xlsx(Row(1, Text("facilityId")) + "<row r=\"2\"><c r=\"XFD2\"><v>1</v></c></row>")).Status);
        Assert.Equal(400, (await Xlsx(Header + "<row r=\"2000000\"><c r=\"A2000000\"><v>1</v></c></row>")).Status);
        Assert.Equal(400, (await Xlsx(Header + "<row r=\"2\"><c r=\"A2\"><v>1</c></row>")).Status);

        // What the archive says of itself need not be so.
        static byte[] Bomb(int bytes)
        {
            using var file = new MemoryStream();
            using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            using (var content = archive.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.Fastest).Open())
            {
                var block = new byte[64 * 1024];
                for (var left = bytes; left > 0; left -= block.Length) content.Write(block.AsSpan(0, Math.Min(block.Length, left)));
            }

            return file.ToArray();
        }
    }

    private static Task<ReadSheet> Xlsx(string rows) => Read(Workbook(rows), SheetBody.Xlsx);
}
