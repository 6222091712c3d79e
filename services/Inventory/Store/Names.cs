using Distribution.Inventory.Domain;

namespace Distribution.Inventory.Store;

/// <summary>Where everything lies in the service's store.</summary>
internal static class Names
{
    public const string Facilities = "facilities";
    public const string Vaccines = "vaccines";
    public const string Lots = "lots";
    public const string Meta = "meta";
    public const string KnownVaccines = "vaccines";
    public const string Cards = "cards";
    public const string LotCards = "lot-cards";
    public const string Entries = "entries";
    public const string Reversals = "reversals";
    public const string Transits = "transits";
    public const string TransitPlaces = "transit-places";
    public const string Discrepancies = "discrepancies";
    public const string Held = "held";
    public const string Discarded = "discarded";
    public const string Sums = "sums";
    public const string Unspecified = "unspecified";

    /// <summary>The partition of collections that have only one.</summary>
    public const string One = "";

    /// <summary>Two ids as one text; no id contains the bar.</summary>
    public static string Pair(string first, string second) => $"{first}|{second}";

    /// <summary>The key of the demand of one day that named no lot.</summary>
    public static string Day(DateOnly day, DemandKind kind) => $"{day:yyyy-MM-dd}|{(kind == DemandKind.Administered ? 'a' : 'o')}";

    /// <summary>The demand that a stored sum stands for.</summary>
    public static DayDemand Day(string key, long doses) => new(
        DateOnly.ParseExact(key.AsSpan(0, 10), "yyyy-MM-dd"),
        key[^1] == 'a' ? DemandKind.Administered : DemandKind.Out, doses);
}
