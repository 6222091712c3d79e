namespace Distribution.SharedKernel.Access;

/// <summary>What people and devices of a kind may do: one table, the same in every part.</summary>
public static class Role
{
    /// <summary>Looks at coverage and stock: the staff of a ministry.</summary>
    public const string Viewer = "viewer";

    /// <summary>Looks at the same, and says what of it allied countries see: who speaks for a ministry.</summary>
    public const string HeadOfMinistry = "headOfMinistry";

    /// <summary>Runs the supply of a country.</summary>
    public const string NationalLogistics = "nationalLogistics";

    /// <summary>Runs the supply of a region or a district.</summary>
    public const string Logistics = "logistics";

    /// <summary>Vaccinates, and reports it.</summary>
    public const string Clinic = "clinic";

    /// <summary>Another system: it has the rights that it is given, and no others.</summary>
    public const string Integration = "integration";

    /// <summary>Gives others access, and sees no figures.</summary>
    public const string AccessAdmin = "accessAdmin";

    /// <summary>The first key: it may do everything, and no other key can have this role.</summary>
    public const string Administrator = "administrator";

    /// <summary>Keeps the programs running, and sees no figures.</summary>
    public const string Operator = "operator";

    /// <summary>Looks at stock, and at who did what.</summary>
    public const string Auditor = "auditor";

    private static readonly Dictionary<string, Right[]> Table = new(StringComparer.Ordinal)
    {
        [Viewer] = [Right.ReferenceRead, Right.CoverageRead, Right.StockRead],
        [HeadOfMinistry] = [Right.ReferenceRead, Right.CoverageRead, Right.StockRead, Right.ShareWrite],
        [NationalLogistics] =
        [
            Right.ReferenceRead, Right.CoverageRead, Right.StockRead, Right.ReferenceWrite, Right.TargetWrite, Right.LotWrite,
            Right.StockWrite, Right.StockReverse, Right.ShipmentSend, Right.ShipmentReceive, Right.ReportRetract,
        ],
        [Logistics] =
        [
            Right.ReferenceRead, Right.CoverageRead, Right.StockRead, Right.ReferenceWrite, Right.StockWrite, Right.StockReverse,
            Right.ShipmentSend, Right.ShipmentReceive, Right.ReportRetract,
        ],
        [Clinic] =
        [
            Right.ReferenceRead, Right.CoverageRead, Right.StockRead, Right.StockWrite, Right.ShipmentReceive, Right.ReportWrite,
            Right.ReportRetract, Right.LinesRead,
        ],
        [Integration] = [],
        [AccessAdmin] = [Right.ReferenceRead, Right.AccessRead, Right.AccessWrite],
        [Auditor] = [Right.ReferenceRead, Right.StockRead, Right.AuditRead],
        [Operator] = [Right.ReferenceRead, Right.Operate],
    };

    private static readonly Right[] NotForIntegrations =
        [Right.AccessRead, Right.AccessWrite, Right.LinesRead, Right.ShareWrite, Right.AuditRead, Right.Operate];

    /// <summary>What an integration may be given.</summary>
    public static IReadOnlyList<Right> ForIntegrations { get; } = [.. Rights.All.Except(NotForIntegrations)];

    /// <summary>The names of the roles that can be given.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Table.Keys];

    /// <summary>What a role may do; null where there is no such role. <see cref="Integration"/> may do nothing by itself.</summary>
    public static IReadOnlyList<Right>? RightsOf(string? role) => role is null ? null : Table.GetValueOrDefault(role);
}
