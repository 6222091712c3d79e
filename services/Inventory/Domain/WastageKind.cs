namespace Distribution.Inventory.Domain;

/// <summary>What vials wasted doses were in (WHO).</summary>
internal static class WastageKind
{
    public const string OpenVial = "openVial";

    /// <summary>All of them: a vial that had been opened, and one that had not.</summary>
    public static IReadOnlyList<string> All { get; } = [OpenVial, "closedVial"];
}
