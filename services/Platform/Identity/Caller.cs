using System.Collections.Frozen;
using System.Reflection;
using Distribution.Platform.Refusals;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Identity;

/// <summary>Who asks for a command: an argument of every command, from the request, and what its records say.</summary>
public sealed class Caller
{
    /// <summary>Counts of some people below this are not told to who may not see lines, where nothing else is said.</summary>
    public const int SmallestCellDefault = 5;

    private static readonly Reach Nowhere = Reach.Of(Array.Empty<string>());

    private readonly FrozenDictionary<Right, Reach> _reaches;

    /// <summary>A caller with some grants.</summary>
    /// <param name="subject">Names the caller in records.</param>
    /// <param name="grants">What the caller may do, and where.</param>
    /// <param name="sessionId">Names the session of a browser; null for who is not in one.</param>
    public Caller(string subject, IReadOnlyList<Grant> grants, string? sessionId = null)
    {
        (Subject, Grants, SessionId) = (subject, grants, sessionId);
        _reaches = grants.SelectMany(grant => grant.Rights).Distinct().ToFrozenDictionary(right => right, right =>
        {
            var places = grants.Where(grant => grant.Rights.Contains(right)).ToList();
            return places.Exists(grant => grant.PlaceId is null)
                ? Reach.Everywhere
                : Reach.Of(places.Select(grant => (grant.PlaceId!, grant.Deepest)));
        });
    }

    /// <summary>Whoever can reach the service, where nobody is asked to sign in; and the service itself, where an event is the
    /// cause.</summary>
    public static Caller Local { get; } = new("local", [new Grant(Rights.All.ToFrozenSet(), null)]);

    /// <summary>The gateway itself, where it reads what belongs to no one caller.</summary>
    public static Caller Gateway { get; } = new(
        "gateway", [new Grant(new[] { Right.ReferenceRead, Right.AccessRead, Right.Operate }.ToFrozenSet(), null)]);

    /// <summary>Names the caller in records.</summary>
    public string Subject { get; }

    /// <summary>What the caller may do, and where.</summary>
    public IReadOnlyList<Grant> Grants { get; }

    /// <summary>Names the session of a browser; null for who is not in one.</summary>
    public string? SessionId { get; }

    /// <summary>Whether the gateway says that it is this caller, which asked it and was counted there.</summary>
    public bool IsPassedOn { get; init; }

    /// <summary>Whether the caller may do this, if only at one place; what is of the whole system (<see cref="Rights.OfSystem"/>)
    /// everywhere or not at all.</summary>
    public bool May(Right right) => _reaches.TryGetValue(right, out var reach) && (reach.IsEverywhere || !Rights.OfSystem.Contains(right));

    /// <summary>Where the caller may do this. All that a list, a sum or a view shows lies in it.</summary>
    public Reach ReachOf(Right right) => _reaches.GetValueOrDefault(right, Nowhere);

    /// <summary>The smallest count of some people, by age, sex or group, that the caller is told of a place: those from 1 up to it are so
    /// few that one could guess who they are. 0 where the caller may see lines (<see cref="Right.LinesRead"/>), and is told all.</summary>
    /// <param name="path">The place, then those above it.</param>
    public int SmallestCellAt(string[] path)
    {
        if (ReachOf(Right.LinesRead).Covers(path)) return 0;
        var grants = Grants.Where(grant => grant.Rights.Contains(Right.CoverageRead)
            && (grant.PlaceId is null || path.Contains(grant.PlaceId)));
        return grants.Select(grant => grant.SmallestCell).DefaultIfEmpty(null).Min(cell => cell ?? SmallestCellDefault);
    }

    /// <summary>Why the caller may not do this at a place; null where it may.</summary>
    /// <param name="right">What is to be done.</param>
    /// <param name="places">The tree of places.</param>
    /// <param name="placeId">The place.</param>
    /// <param name="unknown">What is said where there is no such place, which is said as well of one of which the caller may not
    /// know.</param>
    public Refusal? RefuseAt(Right right, PlaceTree places, string placeId, Refusal? unknown = null)
    {
        if (places.IsIn(ReachOf(right), placeId)) return null;
        return places.Find(placeId) is not null && places.IsIn(ReachOf(Right.ReferenceRead), placeId)
            ? Lacks(right, placeId)
            : unknown ?? Refusal.NotFound("facility", placeId);
    }

    /// <summary>403: the caller knows of a place, and may not do this there.</summary>
    public Refusal Lacks(Right right, string placeId) => Refusal.NoRight(
        $"This needs the right {right.Name()} at '{placeId}', which {Subject} does not have.");

    /// <summary>The caller of a request that was let in.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext http, ParameterInfo _) => new(Of(http));

    /// <summary>The caller of a request, or null where nobody signed in.</summary>
    public static Caller? Of(HttpContext http) => http.Features.Get<Caller>();
}
