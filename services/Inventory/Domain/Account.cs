namespace Distribution.Inventory.Domain;

/// <summary>The kinds of accounts of the dose ledger.</summary>
internal enum AccountKind
{
    /// <summary>Outside the system: maker, donor, allied country.</summary>
    Origin,

    /// <summary>On the side of supply: doses of a facility that were given, sent or taken off and that no known stock backs.</summary>
    Unexplained,

    /// <summary>Usable stock of a facility.</summary>
    OnHand,

    /// <summary>Stock that is set apart.</summary>
    Quarantined,

    /// <summary>On the way in a shipment.</summary>
    InTransit,

    /// <summary>Given.</summary>
    Administered,

    /// <summary>Wasted, for a reason.</summary>
    Wasted,

    /// <summary>Lost on the way in a shipment.</summary>
    Lost,

    /// <summary>Corrected away, for a reason; below 0 where doses were found.</summary>
    Adjusted,

    /// <summary>From a facility that was merged to the one that took it over: what goes in comes out at once.</summary>
    Merged,
}

/// <summary>A place and all that contain it, from the nearest up to the world; empty for what is outside the system.</summary>
internal readonly record struct PlacePath(string[] Ids)
{
    /// <summary>The place that contains all others.</summary>
    public const string World = "*";

    /// <summary>Outside the system.</summary>
    public static PlacePath Outside { get; } = new([]);

    /// <summary>The world itself.</summary>
    public static PlacePath OfWorld { get; } = new([World]);

    /// <summary>A path as the tree of places gives it, with the world at its end.</summary>
    public static PlacePath Of(string[] tree) => new([.. tree, World]);

    /// <summary>The lowest place that contains both.</summary>
    public static string LowestCommon(PlacePath a, PlacePath b) =>
        a.Ids.FirstOrDefault(id => Array.IndexOf(b.Ids, id) >= 0, World);

    /// <summary>Those below a place that contains this.</summary>
    public ArraySegment<string> Below(string place) => new(Ids, 0, Math.Max(0, Array.IndexOf(Ids, place)));

    /// <summary>Whether this is, or lies in, a place.</summary>
    public bool LiesIn(string place) => Array.IndexOf(Ids, place) >= 0;
}

/// <summary>An account: its kind, what it is about, and where it lies.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="About">The shipment, or the reason; null where there is none.</param>
/// <param name="Place">Where it lies.</param>
/// <param name="Incoming">In transit from outside the system: not delivered yet, though inside its receiver.</param>
/// <param name="Leaving">In transit to outside the system: still inside its sender.</param>
/// <param name="To">In transit to a facility from another one: where that lies; else null.</param>
internal readonly record struct Account(
    AccountKind Kind, string? About, PlacePath Place, bool Incoming = false, bool Leaving = false, PlacePath? To = null)
{
    /// <summary>The places to which doses in transit are on the way from outside of them.</summary>
    public ArraySegment<string> Arriving => To is { } to ? to.Below(Place.Ids[0]) : ArraySegment<string>.Empty;

    /// <summary>Outside the system.</summary>
    public static Account Origin { get; } = new(AccountKind.Origin, null, PlacePath.Outside);

    /// <summary>A facility's usable stock.</summary>
    public static Account OnHand(PlacePath facility) => new(AccountKind.OnHand, null, facility);

    /// <summary>The account as text, such as <c>wasted:broken</c>; its facility is the entry's.</summary>
    public string Text => TextOf(Kind, About);

    /// <summary>An account as text.</summary>
    public static string TextOf(AccountKind kind, string? about)
    {
        var name = kind.ToString();
        var camel = char.ToLowerInvariant(name[0]) + name[1..];
        return about is null ? camel : $"{camel}:{about}";
    }

    /// <summary>The account that a text of a stored entry names, at a place.</summary>
    public static Account Parse(string text, PlacePath place)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var kind = Enum.Parse<AccountKind>(colon < 0 ? text : text[..colon], ignoreCase: true);
        return new Account(kind, colon < 0 ? null : text[(colon + 1)..], kind == AccountKind.Origin ? PlacePath.Outside : place);
    }
}
