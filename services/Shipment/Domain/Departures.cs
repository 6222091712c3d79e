using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Shipment.V1;

namespace Distribution.Shipment.Domain;

/// <summary>
/// How a shipment leaves. What comes from outside leaves at once. From a facility Inventory is asked whether what was allocated may still
/// go, since it may have been counted away, have expired or been recalled by then; with its answer the shipment has left, or stays.
/// </summary>
internal static class Departures
{
    /// <summary>The shipment is to leave. An expiry that was not given is filled in from what is known of the lots.</summary>
    public static Outcome Dispatch(
        ShipmentRecord shipment, DateTimeOffset occurredAt, IReadOnlyDictionary<LotKey, LotRecord> lots, Stamp stamp)
    {
        if (shipment.DispatchedAt is { } left && shipment.Counts)
        {
            return IsSame(left, occurredAt)
                ? new Outcome.Unchanged()
                : new Outcome.WrongState(
                    $"Shipment '{shipment.ShipmentId}' was dispatched already, at {left.ToUniversalTime():O}: repeat that time, or leave "
                    + "it at that.");
        }

        if (shipment.State is not ShipmentState.Allocated) return shipment.WrongState("dispatched");
        if (shipment.Asked is { } asked) return IsSame(asked.OccurredAt, occurredAt) ? new Outcome.Unchanged() : Wait(shipment);
        shipment = shipment with
        {
            Lines = [.. shipment.Lines.Select(
                line => line with { ExpirationDate = line.ExpirationDate ?? lots.GetValueOrDefault(line.Key)?.ExpirationDate })],
            DispatchAttempts = shipment.DispatchAttempts + 1,
            DispatchRefusal = null,
        };
        if (shipment.Route.FromFacilityId is not { } from) return Leave(shipment, occurredAt, stamp);
        return new Outcome.Accepted(shipment with { Asked = new(occurredAt, stamp.RecordedAt, stamp.By) },
            [new ShipmentDispatchAsked(
                shipment.ShipmentId, shipment.DispatchAttempts, from, shipment.Route.ToFacilityId, shipment.Route.Destination, occurredAt,
                ShipmentNews.Announced(shipment.Lines), stamp.By, ShipmentNews.Revision(shipment))]);
    }

    /// <summary>Inventory answered. Old news unless it is of the last time that it was asked.</summary>
    public static Outcome Answer(ShipmentRecord shipment, ShipmentDispatchAnswered answer, DateTimeOffset now)
    {
        if (shipment.Asked is not { } asked
            || (answer.Attempt, answer.Revision ?? 0) != (shipment.DispatchAttempts, shipment.Revision)) return new Outcome.Unchanged();
        shipment = shipment with { Asked = null };
        return answer.Refusal is { } refusal
            ? new Outcome.Accepted(shipment with { DispatchRefusal = refusal }, [])
            : Leave(shipment, asked.OccurredAt, new Stamp(now, asked.By));
    }

    /// <summary>Why nothing else can be done to a shipment that is about to leave.</summary>
    public static Outcome.WrongState Wait(ShipmentRecord shipment) => new(
        $"Shipment '{shipment.ShipmentId}' is to leave at {shipment.Asked!.OccurredAt.ToUniversalTime():O}, and its stock is being looked "
            + "at: wait a moment. If Inventory is down for long, mark the shipment as entered in error and request another.");

    /// <summary>Whether a time that is sent again is the same: the instant, or the clock, where more is known now of its zone.</summary>
    public static bool IsSame(DateTimeOffset before, DateTimeOffset again) => before == again || before.DateTime == again.DateTime;

    private static Outcome.Accepted Leave(ShipmentRecord shipment, DateTimeOffset occurredAt, Stamp stamp)
    {
        var gone = shipment.Step(ShipmentState.Dispatched, occurredAt, stamp) with { DispatchedAt = occurredAt };
        return new(gone, [ShipmentNews.Departure(gone, stamp.By)]);
    }
}
