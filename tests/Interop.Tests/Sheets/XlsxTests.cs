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
