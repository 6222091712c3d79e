using System.Globalization;
using Distribution.Inventory.Domain;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Rules;

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
    public const string Shortfalls = "shortfalls";
    public const string Held = "held";

    /// <summary>The cards on which somebody may have to look at something.</summary>
    public const string Reviews = "reviews";
    public const string Discarded = "discarded";

    /// <summary>Whose a code of a vaccine is, by the code in normal form.</summary>
    public const string VaccineCodes = "vaccine-codes";

    /// <summary>Whose an identifier of a facility is, by the identifier in normal form.</summary>
    public const string FacilityIdentifiers = "facility-identifiers";

    /// <summary>The vaccines with a GTIN of their own, by the GTIN as 14 digits.</summary>
    public const string Gtins = "gtins";

    /// <summary>The facilities with a GLN, by the GLN.</summary>
    public const string Glns = "glns";

    /// <summary>How many receipts and dispatches said that a lot expires on a day, by lot and day.</summary>
    public const string LotClaims = "lot-claims";

    /// <summary>The ids of the facts that are held of a shipment, by shipment.</summary>
    public const string HeldShipments = "held-shipments";

    /// <summary>Lines of counts, by card.</summary>
    public const string CardCounts = "card-counts";

    /// <summary>What changed the stock of a card's lots, by day, time and lot.</summary>
    public const string CardDays = "card-days";

    /// <summary>What was set apart of a card's lots, by day and lot.</summary>
    public const string CardApart = "card-apart";

    /// <summary>The sums of a place, by measure.</summary>
    public const string Sums = "sums";

    /// <summary>What the sums of a place changed by on a day, but for those on hand, which follow.</summary>
    public const string PlaceDays = "place-days";

    /// <summary>The same by month.</summary>
    public const string PlaceMonths = "place-months";

    /// <summary>By how much the doses that are unexplained changed at a place, by day.</summary>
    public const string PlaceUnexplained = "place-unexplained";

    /// <summary>The partition of collections that have only one.</summary>
    public const string One = "";

    /// <summary>Two ids as one text; no id contains the bar.</summary>
    public static string Pair(string first, string second) => $"{first}|{second}";

    /// <summary>A day as a key, or the beginning of one.</summary>
    public static string Day(DateOnly day) => DatedKey.Of(day);

    /// <summary>A month as the beginning of a key.</summary>
    public static string Month(DateOnly day) => day.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>The day that a key begins with.</summary>
    public static DateOnly Day(string key) => DatedKey.DayOf(key);

    /// <summary>A key of parts.</summary>
    public static string Key(string first, string second) => $"{first}{Counter.PartSeparator}{second}";

    /// <summary>The last part of a key of two or three parts.</summary>
    public static string Last(string key) => key[(key.LastIndexOf(Counter.PartSeparator) + 1)..];

    /// <summary>The key of a change of a lot's stock.</summary>
    public static string Row(DateOnly day, StockRow row) => Key(Day(day), Key(row.Time is { } time ? Minute(time) : "", row.Lot));

    /// <summary>The change of a lot's stock that a stored sum stands for.</summary>
    public static StockRow Row(string key, long net)
    {
        var hasTime = key[11] != Counter.PartSeparator;
        return new StockRow(
            hasTime ? Minute(key.AsSpan(11, 4)) : null, key[(hasTime ? 16 : 12)..], net);
    }

    // Four characters: hours and minutes, or minutes before midnight.
    private static string Minute(int time) => time < 0 ? $"-{-time:D3}" : $"{time / 60:D2}{time % 60:D2}";

    private static int Minute(ReadOnlySpan<char> text) => text[0] == '-'
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : int.Parse(text[..2], CultureInfo.InvariantCulture) * 60 + int.Parse(text[2..], CultureInfo.InvariantCulture);
}
