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
    public const string Lost = "lost";
    public const string Adjusted = "adjusted";
    public const string Discrepancy = "discrepancy";

    /// <summary>The sum that an account counts into, or null for what is outside.</summary>
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

    /// <summary>Whether a sum is one side of the trial balance, opposite to <see cref="Received"/>.</summary>
    public static bool IsBalanceSide(string measure) => measure is
        OnHand or Quarantined or InTransit or Administered or Wasted or Lost or Adjusted;
}

/// <summary>
/// Changes of the sums of places. For every place S: <c>received(S) = onHand + quarantined + inTransit + administered +
/// wasted + lost + adjusted</c> of S, because a move that crosses the border of S counts on both sides, and one that
/// does not changes neither total.
/// </summary>
internal sealed class PlaceSums
{
    private readonly Dictionary<(string Place, string Vaccine, string Measure), long> _deltas = [];

    /// <summary>The changes so far; some may be 0.</summary>
    public IEnumerable<(string Place, string Vaccine, string Measure, long Delta)> Deltas =>
        _deltas.Select(delta => (delta.Key.Place, delta.Key.Vaccine, delta.Key.Measure, delta.Value));

    /// <summary>Moves doses from one account to another.</summary>
    public void Move(string vaccine, in Account from, in Account to, long doses)
    {
        Add(vaccine, from, -doses);
        Add(vaccine, to, doses);
        Cross(vaccine, from.Place, to.Place, doses);
    }

    /// <summary>Adds to one sum of a place and of all that contain it.</summary>
    public void Add(string vaccine, in PlacePath path, string measure, long doses)
    {
        foreach (var place in path.Ids) Add(place, vaccine, measure, doses);
    }

    /// <summary>Adds to one sum of one place alone.</summary>
    public void Add(string place, string vaccine, string measure, long doses)
    {
        ref var delta = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
            _deltas, (place, vaccine, measure), out _);
        delta += doses;
    }

    private void Add(string vaccine, in Account account, long doses)
    {
        if (Measure.Of(account.Kind) is not { } measure) return;
        Add(vaccine, account.Place, measure, doses);
        if (account.Incoming) Add(vaccine, account.Place, Measure.Incoming, doses);
    }

    private void Cross(string vaccine, in PlacePath from, in PlacePath to, long doses)
    {
        if (ReferenceEquals(from.Ids, to.Ids)) return;
        foreach (var place in from.Ids)
        {
            if (!to.LiesIn(place)) Add(place, vaccine, Measure.Received, -doses);
        }

        foreach (var place in to.Ids)
        {
            if (!from.LiesIn(place)) Add(place, vaccine, Measure.Received, doses);
        }
    }
}
