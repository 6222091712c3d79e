using System.ComponentModel.DataAnnotations;

namespace Distribution.Contracts.Administration.V1;

/// <summary>Why somebody should look at doses that were reported as given.</summary>
public static class ReviewReason
{
    /// <summary>Given from a lot after its expiry.</summary>
    public const string Expired = "expired";

    /// <summary>Given from a lot that was recalled or quarantined on the day.</summary>
    public const string Recalled = "recalled";

    /// <summary>Given at a place after the day on which it closed.</summary>
    public const string Closed = "closed";

    /// <summary>Given before the vaccine was introduced.</summary>
    public const string NotIntroduced = "notIntroduced";

    /// <summary>Given before the day of a dose that comes before it in the series.</summary>
    public const string DoseOrder = "doseOrder";

    /// <summary>Of a dose number that was given before.</summary>
    public const string DoseTwice = "doseTwice";
}

/// <summary>Doses that were reported as given, and counted, at which somebody should look.</summary>
/// <param name="FacilityId">The code of the facility.</param>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The lot, or null where the reports left it open.</param>
/// <param name="OccurredOn">The day on which they were given.</param>
/// <param name="Doses">Doses, above 0, less those taken back. Of a closed place, and before the vaccine was introduced, those that
/// left in consignments of the past without a lot number are among them.</param>
/// <param name="Why">What is strange about them: of the lot (<c>expired</c>, else <c>recalled</c>), the place or the vaccine; or of one
/// dose, beside the others that its recipient is known to have got: <c>doseOrder</c>, before the day of a dose that comes before it in the
/// series, or <c>doseTwice</c>, of a number that was given before. Doses with several reasons are listed once for each.</param>
/// <param name="Since">The day from which that holds: the first after the lot's last usable day or the place's last, or that of the
/// introduction; null of one dose.</param>
/// <param name="DoseId">The dose, where it is one; else null.</param>
public sealed record ReviewView(
    string FacilityId, string VaccineId, string? LotNumber, DateOnly OccurredOn, long Doses,
    [property: AllowedValues(
        ReviewReason.Expired, ReviewReason.Recalled, ReviewReason.Closed, ReviewReason.NotIntroduced, ReviewReason.DoseOrder,
        ReviewReason.DoseTwice)] string Why,
    DateOnly? Since, string? DoseId = null);
