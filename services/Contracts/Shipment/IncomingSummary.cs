namespace Distribution.Contracts.Shipment.V1;

/// <summary>Doses of a vaccine that left and have not arrived, by the facility that they go to.</summary>
/// <param name="AsOf">When it was read.</param>
/// <param name="PublishedUpTo">Every event that it committed before this moment has been sent, but for those that are parked.</param>
/// <param name="PublishedBy">The moment by which they had been sent.</param>
/// <param name="Parked">Events of this service that could not be sent and wait for a person.</param>
/// <param name="Rows">A row for each facility to which doses are on the way.</param>
public sealed record IncomingSummary(
    DateTimeOffset AsOf, DateTimeOffset PublishedUpTo, DateTimeOffset PublishedBy, long Parked, IReadOnlyList<IncomingSummaryRow> Rows);

/// <summary>What is on the way to one facility.</summary>
/// <param name="ToFacilityId">The facility.</param>
/// <param name="Doses">Doses.</param>
public sealed record IncomingSummaryRow(string ToFacilityId, long Doses);
