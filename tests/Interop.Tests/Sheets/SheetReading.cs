using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Distribution.Interop.Sheets;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Distribution.Interop.Tests.Sheets;

/// <summary>A sheet as it was read: its lines, or the status of its refusal.</summary>
internal sealed record ReadSheet(
    IReadOnlyList<(long Line, JsonObject Said, string? Problem, string? Warning)> Lines, int Status, string Detail);

/// <summary>Reads sheets as the bulk routes do.</summary>
internal static class SheetReading
{
    private const string Import = "a-test";

    /// <summary>Columns of every kind.</summary>
    public static SheetTarget Target { get; } = new("tallies",
    [
        new("facilityId", SheetFieldKind.Code), new("vaccineId", SheetFieldKind.Text), new("doseNumber", SheetFieldKind.CodeOrNumber),
        new("occurredOn", SheetFieldKind.Date), new("doseId", SheetFieldKind.Key), new("lotNumber", SheetFieldKind.Code),
        new("at", SheetFieldKind.Moment), new("latitude", SheetFieldKind.Fraction), new("isOpen", SheetFieldKind.Truth),
        new("count", SheetFieldKind.Whole), new("recipientKey", SheetFieldKind.Text),
    ])
    {
        KeyScope = "facilityId",
        KeyUnless = "count",
    };

    /// <summary>Rows of which several make a line.</summary>
    public static SheetTarget Joined { get; } = new("populations",
    [
        new("facilityId", SheetFieldKind.Code), new("year", SheetFieldKind.Whole), new("source", SheetFieldKind.Text),
        new("sex", SheetFieldKind.Text, IsPart: true), new("population", SheetFieldKind.Whole, IsPart: true),
    ])
    {
        Parts = "cells",
        PartsOf = ["facilityId", "year"],
    };

    /// <summary>Reads a CSV file of text.</summary>
    public static Task<ReadSheet> Csv(string text, ImportMap? map = null, SheetTarget? target = null) =>
        Read(Encoding.UTF8.GetBytes(text), SheetBody.Csv, map, target);

    /// <summary>Reads a sheet; what cannot be read at all has status 400, as its handler has it.</summary>
    public static async Task<ReadSheet> Read(byte[] body, string mediaType, ImportMap? map = null, SheetTarget? target = null)
    {
        var cancel = TestContext.Current.CancellationToken;
        target ??= Target;
        await using var store = new MemoryStore(TimeProvider.System);
        if (map is not null)
        {
            Assert.Null(map.Check(target));
            await store.Change<StoredImport>(async tx =>
            {
                var import = new StoredImport(Import, map, "test", tx.Now);
                await tx.Put(StoredImport.Collection, target.Name, Import, import);
                return import;
            }, cancel);
        }

        var http = new DefaultHttpContext();
        http.Request.ContentType = mediaType;
        http.Request.Body = new MemoryStream(body);
        var lines = new List<(long, JsonObject, string?, string?)>();
        try
        {
            using var sheet = await SheetBody.Open(http, target, store, map is null ? null : Import, "monday", cancel);
            if (sheet.Refusal is { } refusal) return new ReadSheet([], refusal.Status, refusal.Detail);
            await foreach (var line in sheet.Lines(cancel))
                lines.Add((line.Number, JsonNode.Parse(line.Bytes.Span)!.AsObject(), line.Problem, line.Warning));
            return new ReadSheet(lines, 200, "");
        }
        catch (UnreadableBodyException wrong)
        {
            return new ReadSheet(lines, 400, wrong.Message);
        }
    }

    /// <summary>A workbook of one sheet.</summary>
    /// <param name="rows">The rows as XML.</param>
    /// <param name="properties">Of the workbook, as XML.</param>
    public static byte[] Workbook(string rows, string properties = "")
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add("[Content_Types].xml", """
                <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
                <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
                <Default Extension="xml" ContentType="application/xml"/>
                <Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
                <Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
                <Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>
                """);
            Add("_rels/.rels", """
                <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r"
                Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>
                """);
            Add("xl/workbook.xml", $"""
                <workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
                xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{properties}
                <sheets><sheet name="one" sheetId="1" r:id="s"/></sheets></workbook>
                """);
            Add("xl/_rels/workbook.xml.rels", """
                <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="s"
                Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>
                <Relationship Id="t" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>
                </Relationships>
                """);
            Add("xl/styles.xml", """
                <styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/>
                <xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>
                """);
            Add("xl/worksheets/sheet1.xml", "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>"
                + rows + "</sheetData></worksheet>");

            void Add(string name, string content)
            {
                using var writer = new StreamWriter(archive.CreateEntry(name).Open());
                writer.Write(content);
            }
        }

        return file.ToArray();
    }

    /// <summary>A row of a workbook.</summary>
    public static string Row(int number, params string[] cells) =>
        $"<row r=\"{number}\">{string.Concat(cells.Select((cell, at) => cell.Replace("@", $"r=\"{(char)('A' + at)}{number}\"")))}</row>";

    /// <summary>A cell of text.</summary>
    public static string Text(string text) => $"<c @ t=\"inlineStr\"><is><t>{text}</t></is></c>";

    /// <summary>A cell with a number.</summary>
    public static string Number(string number, int style = 0) => $"<c @ s=\"{style}\"><v>{number}</v></c>";
}
