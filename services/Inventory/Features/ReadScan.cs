using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Registration;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>What somebody scanned or typed.</summary>
/// <param name="Text">The text as the scanner sent it, up to 4,300 characters: a GS1 element string, with a symbology identifier or
/// without, a Digital Link, or a GTIN alone. FNC1 within it is the character 29.</param>
internal sealed record ScanBody([Required] string? Text);

/// <summary>What a scan is of.</summary>
internal enum ScanKind
{
    /// <summary>A product: a vial, a box, a case.</summary>
    TradeItem,

    /// <summary>What is sent as one, such as a pallet.</summary>
    LogisticUnit,

    /// <summary>A place.</summary>
    Place,

    /// <summary>Something else.</summary>
    Other,
}

/// <summary>An application identifier with its value.</summary>
/// <param name="Ai">The application identifier.</param>
/// <param name="Value">Its value.</param>
internal sealed record ScanElement(string Ai, string Value);

/// <summary>What is known of what was scanned; each is null where nothing is, or where the caller may not know.</summary>
/// <param name="VaccineId">The vaccine that has the GTIN.</param>
/// <param name="FacilityId">The facility that has the GLN.</param>
/// <param name="Lot">The lot of that vaccine.</param>
/// <param name="ShipmentId">The shipment that has the SSCC; null until shipments say of theirs.</param>
internal sealed record ScanKnown(string? VaccineId, string? FacilityId, LotView? Lot, string? ShipmentId);

/// <summary>What a scan says.</summary>
/// <param name="Kind">What it is of.</param>
/// <param name="Gtin">GTIN of the product, or of what a logistic unit holds, as 14 digits.</param>
/// <param name="LotNumber">The lot.</param>
/// <param name="ExpirationDate">The last day on which it may be used.</param>
/// <param name="Serial">The serial number.</param>
/// <param name="Sscc">Serial shipping container code of a logistic unit, 18 digits.</param>
/// <param name="Gln">Global location number of a place, 13 digits.</param>
/// <param name="Count">How many there are in it, or null.</param>
/// <param name="Elements">All that was read, in its order: to be shown to who scanned it.</param>
/// <param name="Known">What is known of it.</param>
/// <param name="Warnings">What a person should look at.</param>
internal sealed record ScanView(
    [ValuesOf(typeof(ScanKind))] string Kind, string? Gtin, string? LotNumber, DateOnly? ExpirationDate, string? Serial, string? Sscc,
    string? Gln, long? Count, IReadOnlyList<ScanElement> Elements, ScanKnown Known, IReadOnlyList<string> Warnings);

/// <summary>Says what was scanned. Nothing is changed.</summary>
internal static class ReadScan
{
    private const int VaccinesListedMax = 5;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/v1/scans", Handle).WithTags("Scans")
        .WithName("ReadScan").Needs(Right.ReferenceRead)
        .WithSummary("Says what was scanned, and what is known of it. Nothing is changed.")
        .WithExample("""
            {"text": "(01)00359267100016(17)210930(10)FA5829"}
            """)
        .Produces<ScanView>()
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static async Task<IResult> Handle(
        ScanBody body, InventoryStore store, Places places, TimeProvider clock, Caller caller, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(body.Text)) return Refusal.Field("text", "is missing: send what was scanned").ToResult();
        var read = Gs1Scan.Read(body.Text);
        if ((read.Problem ?? Gs1Elements.Contradiction(read.Elements)) is { } problem) return Refusal.Field("text", problem).ToResult();

        var scanned = new Scanned(read.Elements, clock.GetUtcNow().Year);
        List<string> warnings = [.. Gs1Elements.Lacking(read.Elements), .. scanned.Doubts()];
        var vaccineId = await Vaccine(scanned.Gtin, store, warnings, cancel);
        var lot = vaccineId is null || scanned.LotNumber is null
            ? null
            : await store.Find(Names.Lots, vaccineId, scanned.LotNumber, cancel);
        var known = lot is null ? null : LotView.Of(lot.As<Lot>(), lot.Version);
        if (known?.ExpirationDate is { } expiry && scanned.ExpirationDate is { } other && other != expiry)
        {
            warnings.Add($"it says that it expires on {other:yyyy-MM-dd}, and the lot {known.LotNumber} is known to expire on "
                + $"{expiry:yyyy-MM-dd}: look at the label; nothing was changed");
        }

        return Results.Ok(new ScanView(
            JsonName(scanned.Kind), scanned.Gtin, scanned.LotNumber, scanned.ExpirationDate, scanned.Serial, scanned.Sscc, scanned.Gln,
            scanned.Count, [.. read.Elements.Select(element => new ScanElement(element.Identifier, element.Value))],
            new ScanKnown(vaccineId, await Facility(scanned.Gln, store, places, caller, cancel), known, null), warnings));
    }

    private static string JsonName(ScanKind kind) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    /// <summary>The vaccine with a GTIN: by its codes, which are its own alone, or the only one that says so of itself.</summary>
    private static async ValueTask<string?> Vaccine(string? gtin, InventoryStore store, List<string> warnings, CancellationToken cancel)
    {
        if (gtin is null) return null;
        var code = Coding.Of(Coding.Gtin, gtin).ToString();
        if (await store.Find<OwnedCode>(Names.VaccineCodes, Names.One, code, cancel) is { } known) return known.Owner;
        var vaccines = await store.Scan(Names.Gtins, gtin, null, VaccinesListedMax, cancel);
        if (vaccines.Count > 1)
        {
            warnings.Add($"the GTIN {gtin} is that of several vaccines ({string.Join(", ", vaccines.Select(vaccine => vaccine.Id))}): "
                + "say by the codes of one of them whose it is");
        }

        return vaccines is [var only] ? only.Id : null;
    }

    /// <summary>The only facility with a GLN that the caller may know of.</summary>
    private static async ValueTask<string?> Facility(
        string? gln, InventoryStore store, Places places, Caller caller, CancellationToken cancel)
    {
        if (gln is null) return null;
        await places.CatchUp(store, cancel);
        var reach = caller.ReachOf(Right.ReferenceRead);
        var facilities = await ListFacilities.Identified(null, Coding.Of(Coding.Gln, gln), store, cancel);
        return facilities.Where(id => places.Tree.IsIn(reach, id)).Take(2).ToArray() is [var only] ? only : null;
    }

    /// <summary>What elements say of what they stand on.</summary>
    private sealed class Scanned(IReadOnlyList<Gs1Element> elements, int thisYear)
    {
        public string? Gtin => Of("01") ?? Of("02") ?? Of("03") ?? Of("8006")?[..14];

        public string? LotNumber => Of("10");

        public string? Serial => Of("21");

        public string? Sscc => Of("00");

        public string? Gln => Of("414");

        public DateOnly? ExpirationDate => (Of("17") ?? Of("7003")?[..6]) is { } day ? Gs1.Day(day, thisYear) : null;

        public long? Count => (Of("37") ?? Of("30")) is { } count ? long.Parse(count, CultureInfo.InvariantCulture) : null;

        public ScanKind Kind => Sscc is not null ? ScanKind.LogisticUnit
            : Gtin is not null ? ScanKind.TradeItem
            : Gln is not null ? ScanKind.Place
            : ScanKind.Other;

        /// <summary>Of a lot number that may have swallowed what stood after it: no reader can tell, but a person can.</summary>
        public IEnumerable<string> Doubts()
        {
            if (LotNumber is not { } lot || Of("17") is not null) yield break;
            for (var at = lot.IndexOf("17", 1, StringComparison.Ordinal); at > 0 && at + 8 <= lot.Length;
                at = lot.IndexOf("17", at + 1, StringComparison.Ordinal))
            {
                if (!Gs1.IsDay(lot.AsSpan(at + 2, 6))) continue;
                yield return $"the lot number {lot} may hold an expiry ({lot[(at + 2)..(at + 8)]}), as where a scanner drops the "
                    + "separator: compare it with the label";
                yield break;
            }
        }

        private string? Of(string identifier) =>
            elements.Where(element => element.Identifier == identifier).Select(element => element.Value).FirstOrDefault();
    }
}
