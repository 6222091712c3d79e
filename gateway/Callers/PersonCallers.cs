using System.Collections.Concurrent;
using Distribution.Platform.Identity;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;

namespace Distribution.Gateway.Callers;

/// <summary>
/// Tells who calls by an access token of a person's own provider. What the token says is looked at once; what the person, and the groups,
/// have been granted is looked at with each request, so that a grant which is ended gives nothing from then on.
/// </summary>
/// <param name="tokens">Tells whose a token is.</param>
/// <param name="list">Who has been given access.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
internal sealed class PersonCallers(PersonTokens tokens, AccessList list, TimeProvider clock, ILogger<PersonCallers> log) : ICallerSource
{
    /// <summary>The most grants that one caller has at a moment: all of them are told to the services in a header.</summary>
    public const int GrantsMax = 200;

    private const int KnownMax = 10_000;

    // A token is looked at again after that: its provider may have withdrawn the key.
    private static readonly TimeSpan LookedAtFor = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Entry> _known = new(StringComparer.Ordinal);

    /// <summary>Registers it, with the providers of the settings.</summary>
    public static void AddServices(IServiceCollection services)
    {
        ProviderDocuments.AddServices(services);
        services.AddSingleton<IDocumentRetriever, ProviderDocuments>();
        services.AddSingleton(provider => new PersonTokens(
            Provider.Of(provider.GetRequiredService<IConfiguration>()), provider.GetRequiredService<IDocumentRetriever>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<PersonTokens>>()));
        services.AddSingleton<ICallerSource, PersonCallers>();
    }

    /// <inheritdoc/>
    public ValueTask<Caller?> Find(HttpContext http)
    {
        if (!tokens.AreTaken || TokenOf(http) is not { } token) return default;
        var hash = AccessKey.HashOf(token);
        return Known(hash) is { } entry ? Granted(entry, http.RequestAborted) : Read(http, token, hash);
    }

    /// <inheritdoc/>
    public bool StillHolds(HttpContext http, Caller caller) =>
        TokenOf(http) is { } token && Known(AccessKey.HashOf(token)) is { } entry && ReferenceEquals(CallerOf(entry), caller);

    private static string? TokenOf(HttpContext http) => BearerToken.Of(http.Request) is { } token && !AccessKey.Is(token) ? token : null;

    private Entry? Known(string hash) => _known.TryGetValue(hash, out var entry) && clock.GetUtcNow() < entry.Until ? entry : null;

    private async ValueTask<Caller?> Read(HttpContext http, string token, string hash)
    {
        var (person, problem) = await tokens.Read(token, http.RequestAborted);
        if (person is null)
        {
            NotLetIn.Say(http, problem!);
            return null;
        }

        if (_known.Count >= KnownMax) _known.Clear();
        var again = clock.GetUtcNow() + LookedAtFor;
        // Who was known before, or has just become known by another request, stays the same caller.
        var looked = new Entry(person, person.Until < again ? person.Until : again) { Last = _known.GetValueOrDefault(hash)?.Last };
        var entry = _known.AddOrUpdate(hash, looked, (_, there) => clock.GetUtcNow() < there.Until ? there : looked);
        return await Granted(entry, http.RequestAborted);
    }

    private async ValueTask<Caller?> Granted(Entry entry, CancellationToken cancel)
    {
        // A program that has just been started has not heard yet.
        await list.FindGrants(cancel);
        return CallerOf(entry);
    }

    /// <summary>The person with what is granted now: the same object as long as that is the same.</summary>
    private Caller CallerOf(Entry entry)
    {
        lock (entry)
        {
            var (grants, now) = (list.Grants, clock.GetUtcNow());
            if (entry.Last is { } last && last.Of == grants.Sign && now < last.ChangesAt) return last.Caller;
            var all = grants.Of(entry.Person.Names);
            var held = all.Where(grant => grant.Holds(now)).ToList();
            if (held.Count > GrantsMax)
            {
                log.LogWarning("{Caller} has {Grants} grants, of which {Most} count", entry.Person.Subject, held.Count, GrantsMax);
                held.RemoveRange(GrantsMax, held.Count - GrantsMax);
            }

            // By all that they are: a restored list may have another under the same id.
            var text = string.Join('\n', held);
            var caller = entry.Last is { } before && before.Grants == text
                ? before.Caller
                : new Caller(entry.Person.Subject, [.. held.Select(grant => Grant.Of(grant.Rights, grant.PlaceId))]);
            var changesAt = all.SelectMany(grant => new[] { grant.From, grant.Until }).Where(at => at > now)
                .DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
            entry.Last = new Given(grants.Sign, text, changesAt, caller);
            return caller;
        }
    }

    private sealed class Entry(SignedInPerson person, DateTimeOffset until)
    {
        public SignedInPerson Person { get; } = person;

        public DateTimeOffset Until { get; } = until;

        public Given? Last { get; set; }
    }

    /// <summary>What a person had when it was last looked at.</summary>
    /// <param name="Of">The list in which it was looked for.</param>
    /// <param name="Grants">Those that held, as a text.</param>
    /// <param name="ChangesAt">When it is others, by themselves.</param>
    /// <param name="Caller">The person with them.</param>
    private sealed record Given(object Of, string Grants, DateTimeOffset ChangesAt, Caller Caller);
}
