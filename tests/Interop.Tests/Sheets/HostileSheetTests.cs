using System.Text;
using Distribution.Interop.Sheets;
using static Distribution.Interop.Tests.Sheets.SheetReading;

namespace Distribution.Interop.Tests.Sheets;

/// <summary>Whatever is sent is read, or said to be wrong; nothing else is thrown.</summary>
public sealed class HostileSheetTests
{
    private static readonly int[] Refusals = [200, 400, 413, 422];

    private static readonly string[] Pieces =
    [
        "\"", "\"\"", ",", ";", "\n", "\r\n", "\r", "\0", "=1+1", "9.5E+12", "1900-02-29", "03/04/2026", "٣", "\u202E", "\uFEFF", "a", "1",
        " ", "facilityId", "\t", "-", "sep=;\n",
    ];

    private static readonly ImportMap[] Maps =
    [
        new([new("facilityId", "facilityId"), new("count", "count"), new("occurredOn", "occurredOn")], DateFormat: "dd/MM/yyyy"),
        new([new("A", "facilityId"), new("B", "count"), new("D", "occurredOn"), new("c", "doseId")], HeaderRow: 0),
        new([new("facilityId", "facilityId"), new("lotNumber", "lotNumber")], Encoding: "utf-16", Separator: ";"),
    ];

    [Fact]
    public async Task Mutated_sheets_are_read_or_refused_and_never_throw()
    {
        const int Turns = 3_000;
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var csv = "facilityId,vaccineId,doseNumber,occurredOn,lotNumber,count\nA-1,MR,1,2026-03-01,\"L \"\"7\"\"\",5\n"u8.ToArray();
        var xlsx = Workbook(Row(1, Text("facilityId"), Text("occurredOn"), Text("lotNumber"), Text("count"))
            + Row(2, Text("A"), Number("46083", style: 1), Text("0012"), Number("20")));
        for (var turn = 0; turn < Turns; turn++)
        {
            var isWorkbook = turn % 3 == 0;
            var body = isWorkbook ? Damaged(xlsx, random) : Mutated(csv, random);
            var map = random.Next(2) == 0 ? null : Maps[random.Next(Maps.Length)];
            try
            {
                var read = await Read(body, isWorkbook ? SheetBody.Xlsx : SheetBody.Csv, map);
                Assert.Contains(read.Status, Refusals);
                Assert.All(read.Lines, line => Assert.True(line.Line > 0));
            }
            catch (Exception wrong)
            {
                Assert.Fail($"seed {seed}, turn {turn}, {Convert.ToBase64String(body)}: {wrong}");
            }
        }
    }

    private static byte[] Mutated(byte[] sheet, Random random)
    {
        var text = new StringBuilder(Encoding.UTF8.GetString(sheet));
        for (var change = random.Next(6); change >= 0; change--)
        {
            var at = random.Next(text.Length + 1);
            if (random.Next(3) == 0 && at < text.Length) text.Remove(at, random.Next(Math.Min(8, text.Length - at) + 1));
            else text.Insert(at, Pieces[random.Next(Pieces.Length)]);
        }

        return random.Next(4) == 0 ? Damaged(Encoding.UTF8.GetBytes(text.ToString()), random) : Encoding.UTF8.GetBytes(text.ToString());
    }

    private static byte[] Damaged(byte[] sheet, Random random)
    {
        var bytes = sheet[..(random.Next(5) == 0 ? random.Next(sheet.Length + 1) : sheet.Length)];
        for (var change = random.Next(4); change >= 0 && bytes.Length > 0; change--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }
}
