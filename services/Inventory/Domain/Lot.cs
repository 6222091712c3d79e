using System.Text.Json.Serialization;

namespace Distribution.Inventory.Domain;

/// <summary>The states of a lot.</summary>
internal static class LotStatus
{
    public const string Approved = "APPROVED";
    public const string Quarantined = "QUARANTINED";
    public const string Recalled = "RECALLED";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Approved, Quarantined, Recalled];

    /// <summary>Whether a text is a state.</summary>
    public static bool IsStatus(string text) => All.Contains(text);
}

/// <summary>A maker's lot of a vaccine.</summary>
internal sealed record Lot
{
    /// <summary>The layout of the stored document.</summary>
    public int SchemaVersion { get; init; } = 2;

    /// <summary>The vaccine.</summary>
    public required string VaccineId { get; init; }

    /// <summary>The maker's number.</summary>
    public required string LotNumber { get; init; }

    /// <summary>The expiry that was stated for the lot itself.</summary>
    public DateOnly? StatedExpiration { get; init; }

    /// <summary>Whether it was said that the maker extended the shelf life; null where nobody was asked: then what was stated had always
    /// held.</summary>
    public bool? Extended { get; init; }

    /// <summary>Whether the maker extended the shelf life: what is stated holds, though consignments say an earlier day.</summary>
    [JsonIgnore]
    public bool IsExtended => Extended ?? StatedExpiration > ConsignmentExpiration;

    /// <summary>The earliest expiry that a consignment named.</summary>
    public DateOnly? ConsignmentExpiration { get; init; }

    /// <summary>The latest expiry that a consignment named; null where that is not known, or none did.</summary>
    public DateOnly? ConsignmentLatest { get; init; }

    /// <summary>The maker.</summary>
    public string? Manufacturer { get; init; }

    /// <summary>GS1 Global Trade Item Number.</summary>
    public string? Gtin { get; init; }

    /// <summary>One of <see cref="LotStatus"/>.</summary>
    public string Status { get; init; } = LotStatus.Approved;

    /// <summary>The first day on which a status other than approved holds; null means from ever.</summary>
    public DateOnly? StatusFrom { get; init; }

    /// <summary>Who said it last.</summary>
    public string? RecordedBy { get; init; }

    /// <summary>When it was last recorded.</summary>
    public DateTimeOffset? RecordedAt { get; init; }

    /// <summary>
    /// The last day on which the lot may be used by its maker's word, or null when it is not known. Where different days were said the
    /// earliest holds, but for a shelf life that was extended: a vial with the wrong day is thrown away, rather than given.
    /// </summary>
    [JsonIgnore]
    public DateOnly? ExpirationDate => IsExtended ? StatedExpiration ?? ConsignmentExpiration
        : StatedExpiration < ConsignmentExpiration || ConsignmentExpiration is null ? StatedExpiration : ConsignmentExpiration;

    /// <summary>Another expiry that was said of it: the latest of them, or the earliest where all are earlier than what holds; else
    /// null.</summary>
    [JsonIgnore]
    public DateOnly? OtherExpirationDate
    {
        get
        {
            DateOnly?[] said = [StatedExpiration, ConsignmentExpiration, ConsignmentLatest];
            var latest = said.Max();
            return latest != ExpirationDate ? latest : said.Min() is { } earliest && earliest != ExpirationDate ? earliest : null;
        }
    }

    /// <summary>The last day on which the lot may be used at all, or null when nothing limits it.</summary>
    [JsonIgnore]
    public DateOnly? UsableUntil
    {
        get
        {
            if (Status == LotStatus.Approved) return ExpirationDate;
            var before = StatusFrom is { } from && from > DateOnly.MinValue ? from.AddDays(-1) : DateOnly.MinValue;
            return ExpirationDate is { } expiry && expiry < before ? expiry : before;
        }
    }

    /// <summary>
    /// The lot after a consignment that had named its expiry was taken back. Of a lot of layout 1 it is not known who else named it: it
    /// keeps what it had.
    /// </summary>
    /// <param name="earliest">The earliest expiry that a consignment still names, or null.</param>
    /// <param name="latest">The latest, or null.</param>
    public Lot Unheard(DateOnly? earliest, DateOnly? latest) =>
        SchemaVersion == 1 ? this : this with { ConsignmentExpiration = earliest, ConsignmentLatest = latest };

    /// <summary>The lot after a consignment named an expiry.</summary>
    public Lot Heard(DateOnly? expirationDate) => expirationDate is not { } date ? this : this with
    {
        ConsignmentExpiration = ConsignmentExpiration < date ? ConsignmentExpiration : date,
        ConsignmentLatest = (ConsignmentLatest ?? ConsignmentExpiration) is { } latest && latest > date ? latest : date,
    };
}
