using Distribution.Platform.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Distribution.Gateway.Callers;

/// <summary>
/// The keys by which the tokens of a provider are known, read from its metadata when the first token comes. They are read again when a
/// token names a key that is not among them, and every hour, so that a key which the provider has withdrawn does not hold for ever; while
/// it does not answer, those that are known hold. Safe for many threads.
/// </summary>
/// <param name="provider">The provider.</param>
/// <param name="documents">Reads what it says.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
internal sealed class ProviderKeys(Provider provider, IDocumentRetriever documents, TimeProvider clock, ILogger log)
{
    /// <summary>The shortest time between two readings, whatever tokens come.</summary>
    public static readonly TimeSpan ReadWait = TimeSpan.FromSeconds(10);

    // While there are none nobody gets in.
    private static readonly TimeSpan FirstReadWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RequestWait = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FreshFor = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private volatile Known? _known;
    private Task _reading = Task.CompletedTask;
    private long? _readAt;
    private bool _isAway;

    /// <summary>The keys that a token may be signed with; none where the provider has no such key.</summary>
    /// <param name="keyId">The key that the token names; null where it names none.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="IdentityUnavailableException">No keys are known, and the provider does not say which.</exception>
    public async ValueTask<IReadOnlyList<SecurityKey>> Of(string? keyId, CancellationToken cancel)
    {
        var known = _known;
        // In the background: those that are known are good meanwhile.
        if (known is not null && clock.GetElapsedTime(known.At) > FreshFor) _ = Read();
        if (known?.Named(keyId) is { Count: > 0 } keys) return keys;
        try
        {
            await Read().WaitAsync(RequestWait, clock, cancel);
        }
        catch (TimeoutException)
        {
            // Then what is known is all there is.
        }

        return _known?.Named(keyId)
            ?? throw new IdentityUnavailableException("Who signs people in does not answer now. Send the same request again in a while.");
    }

    /// <summary>Reads the keys, where that was not done a moment ago: all who wait for them wait for one reading.</summary>
    private Task Read()
    {
        lock (_gate)
        {
            var wait = _known is null ? FirstReadWait : ReadWait;
            if (!_reading.IsCompleted || (_readAt is { } at && clock.GetElapsedTime(at) < wait)) return _reading;
            _readAt = clock.GetTimestamp();
            return _reading = Task.Run(ReadNow);
        }
    }

    private async Task ReadNow()
    {
        try
        {
            using var limit = new CancellationTokenSource(ReadLimit, clock);
            var told = await OpenIdConnectConfigurationRetriever.GetAsync(provider.MetadataAddress, documents, limit.Token);
            if (told.Issuer != provider.Issuer) throw new InvalidDataException($"it calls itself '{told.Issuer}'");
            var keys = told.SigningKeys.OfType<AsymmetricSecurityKey>().ToList();
            if (keys.Count == 0) throw new InvalidDataException("it has no keys");
            lock (_gate)
            {
                // One that was made since the first reading is read at once.
                if (_known is null) _readAt = null;
                _known = new Known(keys, clock.GetTimestamp());
            }

            if (_isAway) log.LogWarning("The keys of {Issuer} can be read again", provider.Issuer);
            _isAway = false;
        }
        catch (Exception failure)
        {
            // Whatever it answers, others are let in by what is known.
            if (!_isAway) log.LogWarning("The keys of {Issuer} cannot be read now: {Reason}", provider.Issuer, failure.Message);
            _isAway = true;
        }
    }

    private sealed record Known(IReadOnlyList<SecurityKey> Keys, long At)
    {
        public IReadOnlyList<SecurityKey> Named(string? keyId) => keyId is null ? Keys : [.. Keys.Where(key => key.KeyId == keyId)];
    }
}
