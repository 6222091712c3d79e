using System.Runtime.InteropServices;
using Distribution.SharedKernel.Rules;

namespace Distribution.Inventory.Domain;

/// <summary>The sums that are kept for every place, in doses of one vaccine.</summary>
internal static class Measure
{
    public const string Received = "received";
    public const string OnHand = "onHand";
    public const string Quarantined = "quarantined";
    public const string InTransit = "inTransit";
    public const string Incoming = "incoming";
    public const string Administered = "administered";
    public const string Wasted = "wasted";

    /// <summary>Of those wasted, doses of vials that had been opened.</summary>
    public const string WastedOpen = "wastedOpen";
    public const string Lost = "lost";
    public const string Adjusted = "adjusted";
    public const string Discrepancy = "discrepancy";

    /// <summary>Doses on the way to a place from another one that lies outside it, and not from outside the system.</summary>
    public const string Arriving = "arriving";

    /// <summary>Of those in transit in a place, doses on the way to outside the system.</summary>
    public const string Leaving = "leaving";

    private const string LimitedPrefix = "limited:";

    /// <summary>Doses on hand of lots that may be used until the same day and have the same expiry.</summary>
    /// <param name="term">What limits them; a last usable day is there.</param>
    public static string Limited(LotTerm term) =>
        $"{LimitedPrefix}{DatedKey.Of(term.UsableUntil!.Value)}:{(term.ExpirationDate is { } expiry ? DatedKey.Of(expiry) : "")}";

    /// <summary>What limits the doses of a sum: the last day on which they may be used, and their expiry; null where it is another
    /// sum.</summary>
    public static (DateOnly UsableUntil, DateOnly? ExpirationDate)? LimitOf(string measure)
    {
        if (!measure.StartsWith(LimitedPrefix, StringComparison.Ordinal)) return null;
        var days = measure.AsSpan(LimitedPrefix.Length);
        var expiry = days[(days.IndexOf(':') + 1)..];
        return (DatedKey.DayOf(days), expiry.IsEmpty ? null : DatedKey.DayOf(expiry));
    }

    /// <summary>The sum that an account counts into, or null for what is outside. What is unexplained counts on the side of
    /// supply.</summary>
    public static string? Of(AccountKind kind) => kind switch
    {
        AccountKind.OnHand => OnHand,
        AccountKind.Quarantined => Quarantined,
        AccountKind.InTransit => InTransit,
        AccountKind.Administered => Administered,
        AccountKind.Wasted => Wasted,
        AccountKind.Lost => Lost,
        AccountKind.Adjusted => Adjusted,
        _ => null,
    };

    /// <summary>Whether a sum is one side of the trial balance, opposite to what was received and what is unexplained.</summary>
    public static bool IsBalanceSide(string measure) => measure is
        OnHand or Quarantined or InTransit or Administered or Wasted or Lost or Adjusted;

    /// <summary>What doses of another sum add to those on hand: what was received and what is unexplained, less what is elsewhere.
    /// </summary>
    public static long OnHandOf(string measure, long doses) => measure is Received or Discrepancy ? doses
        : measure != OnHand && IsBalanceSide(measure) ? -doses
        : 0;
}

/// <summary>A sum of one place and day.</summary>
internal readonly record struct PlaceDay(string Place, string Vaccine, DateOnly Day, string Measure);

/// <summary>
/// Changes of the sums of places. For every place S and day: <c>received(S) + discrepancy(S) = onHand + quarantined + inTransit +
/// administered + wasted + lost + adjusted</c> of S, because a move that crosses the border of S counts on both sides, and one that does
/// not
/// changes neither total.
/// </summary>
internal sealed class PlaceSums
{
    private readonly Dictionary<PlaceDay, long> _deltas = [];

    /// <summary>The changes so far; some may be 0.</summary>
    public IReadOnlyDictionary<PlaceDay, long> Deltas => _deltas;

    /// <summary>Moves doses from one account to another, on a day.</summary>
    public void Move(string vaccine, in Account from, in Account to, DateOnly day, long doses)
    {
        Add(vaccine, from, day, -doses);
        Add(vaccine, to, day, doses);
        Cross(vaccine, from.Place, to.Place, day, doses);
    }

    /// <summary>Notes of a move to, or back from, what was wasted that its vials had been opened.</summary>
    public void WasteOpened(string vaccine, in Account from, in Account to, DateOnly day, long doses)
    {
        if (from.Kind == AccountKind.Wasted) Add(vaccine, from.Place, Measure.WastedOpen, day, -doses);
        if (to.Kind == AccountKind.Wasted) Add(vaccine, to.Place, Measure.WastedOpen, day, doses);
    }

    /// <summary>Adds what is on the way in a shipment to a sum of a place, until it arrives; or takes it out.</summary>
    public void OnTheWay(Transit transit, string place, string measure, int sign)
    {
        foreach (var line in transit.InTransit.Concat(transit.Arrived)) On(transit.DispatchedOn, line, sign);
        foreach (var line in transit.Arrived) On(transit.ReceivedOn, line, -sign);

        void On(DateOnly day, TransitLine line, int times) =>
            Add(new PlaceDay(place, line.VaccineId, day, measure), times * line.Doses);
    }

    /// <summary>Adds changes of sums, by day and measure, to a place and all that contain it.</summary>
    public void Add(string vaccine, in PlacePath path, IReadOnlyDictionary<(DateOnly Day, string Measure), long> changes)
    {
        foreach (var ((day, measure), doses) in changes) Add(vaccine, path, measure, day, doses);
    }

    /// <summary>Adds to one sum of one place alone.</summary>
    public void Add(in PlaceDay sum, long doses)
    {
        ref var delta = ref CollectionsMarshal.GetValueRefOrAddDefault(_deltas, sum, out _);
        delta += doses;
    }

    private void Add(string vaccine, in Account account, DateOnly day, long doses)
    {
        if (account.Kind == AccountKind.Unexplained)
        {
            Add(vaccine, account.Place, Measure.Discrepancy, day, -doses);
            return;
        }

        if (Measure.Of(account.Kind) is not { } measure) return;
        Add(vaccine, account.Place, measure, day, doses);
        if (account.Incoming) Add(vaccine, account.Place, Measure.Incoming, day, doses);
        if (account.Leaving) Add(vaccine, account.Place, Measure.Leaving, day, doses);
        foreach (var place in account.Arriving) Add(new PlaceDay(place, vaccine, day, Measure.Arriving), doses);
    }

    private void Add(string vaccine, in PlacePath path, string measure, DateOnly day, long doses)
    {
        foreach (var place in path.Ids) Add(new PlaceDay(place, vaccine, day, measure), doses);
    }

    private void Cross(string vaccine, in PlacePath from, in PlacePath to, DateOnly day, long doses)
    {
        if (ReferenceEquals(from.Ids, to.Ids)) return;
        foreach (var place in from.Ids)
        {
            if (!to.LiesIn(place)) Add(new PlaceDay(place, vaccine, day, Measure.Received), -doses);
        }

        foreach (var place in to.Ids)
        {
            if (!from.LiesIn(place)) Add(new PlaceDay(place, vaccine, day, Measure.Received), doses);
        }
    }
}
