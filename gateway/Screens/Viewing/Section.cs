using Distribution.Platform.Identity;
using Distribution.SharedKernel.Access;

namespace Distribution.Screens.Viewing;

/// <summary>The pages for people of a kind, in the order in which they are offered.</summary>
public sealed class Section
{
    private readonly Func<Grant, bool> _isFor;

    private Section(Func<Grant, bool> isFor, IReadOnlyList<(string Path, string Key)> pages, IReadOnlyList<string> terms) =>
        (_isFor, Pages, Terms) = (isFor, pages, terms);

    /// <summary>For whoever looks at figures. Clinics may see theirs too, by the API; what they have to do is elsewhere.</summary>
    public static Section Ministry { get; } = new(
        grant => grant.Rights.Contains(Right.CoverageRead) && (!grant.Rights.Contains(Right.ReportWrite) || MayAll(grant)),
        [(ScreenPaths.Coverage, "coverage.title"), (ScreenPaths.Countries, "countries.title")],
        ["fully", "without", "dropout", "daysOfStock", "silent", "discrepancy", "unknown", "over", "suppressed", "sharedBy", "remainder"]);

    /// <summary>For whoever sends vaccines on: what is to be done, and what there is.</summary>
    public static Section Logistics { get; } = new(
        grant => grant.Rights.Contains(Right.ShipmentSend) && grant.Rights.Contains(Right.StockRead),
        [(ScreenPaths.Work, "work.title"), (ScreenPaths.Shipments, "shipments.title"), (ScreenPaths.Stock, "stock.title")],
        ["overdue", "reserved", "available", "quarantined", "usableUntil", "accepted", "rejected", "missing"]);

    /// <summary>For whoever vaccinates and reports it.</summary>
    public static Section Clinic { get; } = new(
        grant => grant.Rights.Contains(Right.ReportWrite),
        [(ScreenPaths.Session, "session.title"), (ScreenPaths.Today, "today.title")],
        ["waits", "tally", "single", "scan", "fits", "openNext", "held", "retracted"]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Section> All { get; } = [Ministry, Logistics, Clinic];

    /// <summary>The addresses of the pages, with the keys of their titles.</summary>
    public IReadOnlyList<(string Path, string Key)> Pages { get; }

    /// <summary>The words that its help explains.</summary>
    public IReadOnlyList<string> Terms { get; }

    /// <summary>The first page.</summary>
    public string First => Pages[0].Path;

    /// <summary>Whether it is for this caller.</summary>
    public bool IsFor(Caller caller) => caller.Grants.Any(_isFor);

    /// <summary>Whether a page is one of these.</summary>
    public bool Has(string path) => Pages.Any(page => page.Path == path || IsBelow(path, page.Path));

    /// <summary>Whether a page is one of those below another.</summary>
    public static bool IsBelow(string path, string above) => path.StartsWith(above + "/", StringComparison.Ordinal);

    /// <summary>What of them a page offers: all on their own pages, elsewhere the first.</summary>
    /// <param name="path">The page.</param>
    public IEnumerable<(string Path, string Key)> PagesOn(string path) => Has(path) ? Pages : Pages.Take(1);

    /// <summary>Those for a caller, the first of which is where one begins: who runs the supply looks at that before coverage, but for who
    /// may do everything.</summary>
    public static IEnumerable<Section> Of(Caller caller) => All.Where(section => section.IsFor(caller))
        .OrderByDescending(section => section == Logistics && !caller.Grants.Any(MayAll));

    private static bool MayAll(Grant grant) => grant.Rights.Count == Rights.All.Count;
}
