namespace Distribution.SharedKernel.Access;

/// <summary>What a caller may be allowed to do. Every route of the API names one.</summary>
public enum Right
{
    /// <summary><c>reference.read</c>: see places, vaccines and lots.</summary>
    ReferenceRead,

    /// <summary><c>coverage.read</c>: see coverage, its trend, its stream and sums.</summary>
    CoverageRead,

    /// <summary><c>stock.read</c>: see stock, balance, entries, shipments, discrepancies and held facts.</summary>
    StockRead,

    /// <summary><c>reference.write</c>: make and change places.</summary>
    ReferenceWrite,

    /// <summary><c>target.write</c>: set target populations.</summary>
    TargetWrite,

    /// <summary><c>product.write</c>: make and change vaccines and their series.</summary>
    ProductWrite,

    /// <summary><c>lot.write</c>: say of lots when they expire, and recall them.</summary>
    LotWrite,

    /// <summary><c>stock.write</c>: count, adjust, waste and quarantine stock.</summary>
    StockWrite,

    /// <summary><c>stock.reverse</c>: take entries of the ledger back, and discard facts that are held.</summary>
    StockReverse,

    /// <summary><c>shipment.send</c>: request, dispatch and cancel shipments, take them back, record past ones.</summary>
    ShipmentSend,

    /// <summary><c>shipment.receive</c>: receive shipments.</summary>
    ShipmentReceive,

    /// <summary><c>report.write</c>: report doses and tallies.</summary>
    ReportWrite,

    /// <summary><c>report.retract</c>: retract lines that were reported, or discard those that are held.</summary>
    ReportRetract,

    /// <summary><c>lines.read</c>: see single lines that were reported, also those that are held.</summary>
    LinesRead,

    /// <summary><c>share.write</c>: say what of a country's figures its allies see.</summary>
    ShareWrite,

    /// <summary><c>access.read</c>: see who has been given access, and to what.</summary>
    AccessRead,

    /// <summary><c>access.write</c>: give and end access keys and grants.</summary>
    AccessWrite,

    /// <summary><c>audit.read</c>: see who did what at which places.</summary>
    AuditRead,

    /// <summary><c>operate</c>: look after events that went astray, and how the parts are.</summary>
    Operate,
}

/// <summary>The names of <see cref="Right"/>.</summary>
public static class Rights
{
    private static readonly Dictionary<string, Right> ByName = Enum.GetValues<Right>().ToDictionary(Name, StringComparer.Ordinal);

    /// <summary>All names, in the order of the rights.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<Right>().Select(Name)];

    /// <summary>Every right.</summary>
    public static IReadOnlyList<Right> All { get; } = Enum.GetValues<Right>();

    /// <summary>Those that are of the whole system, and of no place: vaccines and their lots, which are the same in all countries, access
    /// and the running of the programs.</summary>
    public static IReadOnlyList<Right> OfSystem { get; } =
        [Right.ProductWrite, Right.LotWrite, Right.AccessRead, Right.AccessWrite, Right.Operate];

    /// <summary>The name of a right, as <c>stock.write</c>.</summary>
    public static string Name(this Right right) => right switch
    {
        Right.ReferenceRead => "reference.read",
        Right.CoverageRead => "coverage.read",
        Right.StockRead => "stock.read",
        Right.ReferenceWrite => "reference.write",
        Right.TargetWrite => "target.write",
        Right.ProductWrite => "product.write",
        Right.LotWrite => "lot.write",
        Right.StockWrite => "stock.write",
        Right.StockReverse => "stock.reverse",
        Right.ShipmentSend => "shipment.send",
        Right.ShipmentReceive => "shipment.receive",
        Right.ReportWrite => "report.write",
        Right.ReportRetract => "report.retract",
        Right.LinesRead => "lines.read",
        Right.ShareWrite => "share.write",
        Right.AccessRead => "access.read",
        Right.AccessWrite => "access.write",
        Right.AuditRead => "audit.read",
        Right.Operate => "operate",
        _ => throw new ArgumentOutOfRangeException(nameof(right), right, "has no name"),
    };

    /// <summary>The right of a name, or null.</summary>
    public static Right? Find(string? name) => name is not null && ByName.TryGetValue(name, out var right) ? right : null;
}
