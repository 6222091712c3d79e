namespace Distribution.Screens.Asking;

/// <summary>What of the stock asks for something to be done.</summary>
/// <param name="AsOf">When it was looked at.</param>
/// <param name="Complete">Whether all of it was.</param>
/// <param name="Parts">What it is made of.</param>
/// <param name="Thresholds">From when on something is an alert.</param>
/// <param name="Kinds">By kind.</param>
public sealed record AlertsView(
    DateTimeOffset AsOf, bool Complete, AlertParts Parts, AlertThresholds Thresholds, IReadOnlyList<AlertsOfKind> Kinds);

/// <summary>What alerts are made of.</summary>
/// <param name="Administration">What is given.</param>
public sealed record AlertParts(ViewPart Administration);

/// <summary>From when on something is an alert, in days.</summary>
/// <param name="LowDays">Stock for fewer is low.</param>
/// <param name="ExpiringDays">What expires in fewer expires soon.</param>
/// <param name="ExpiringLaterDays">What expires in fewer, and not soon, expires later.</param>
public sealed record AlertThresholds(int LowDays, int ExpiringDays, int ExpiringLaterDays);

/// <summary>The alerts of a kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Count">How many there are; null where that is not known.</param>
/// <param name="Items">The most pressing.</param>
public sealed record AlertsOfKind(string Kind, int? Count, IReadOnlyList<AlertView> Items);

/// <summary>An alert.</summary>
/// <param name="FacilityId">The place.</param>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="Doses">What it is about.</param>
/// <param name="AverageDailyUse">Doses a day.</param>
/// <param name="DaysOfStock">For how many days what is usable lasts.</param>
/// <param name="Day">When doses expired, or until when they may be used.</param>
public sealed record AlertView(
    string FacilityId, string VaccineId, long Doses, decimal? AverageDailyUse, decimal? DaysOfStock, DateOnly? Day);
