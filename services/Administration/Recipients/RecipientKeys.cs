using System.Collections.Concurrent;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Platform.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Distribution.Administration.Recipients;

/// <summary>
/// The keys under which those who got doses are turned into hashes: one a country, and one for places of which the country is not known
/// yet. Each is made when it is first needed. The store says which holds, so that no instance ever hashes under another; the files, whether
/// it has been destroyed.
/// </summary>
internal sealed class RecipientKeys(
    AdministrationStore store, ReferenceData reference, IConfiguration settings, TimeProvider clock, ILogger<RecipientKeys> log)
{
    /// <summary>The setting of the folder where they lie; else it is <c>keys</c> in the data folder.</summary>
    public const string FolderSetting = "RecipientKeys:Folder";

    /// <summary>Stands for places of which the country is not known yet.</summary>
    public const string NoCountry = "";

    private readonly RecipientKeyFiles _files = new(FolderOf(settings));
    private readonly ConcurrentDictionary<string, Opened> _keys = new();

    /// <summary>The key for a facility; null where it is still to be got ready.</summary>
    public RecipientKey? Find(string facilityId) => _keys.TryGetValue(CountryOf(facilityId), out var opened) ? opened.Key : null;

    /// <summary>Gets the keys for facilities ready, or finds out why they cannot be used.</summary>
    public async Task GetReady(IEnumerable<string> facilityIds, CancellationToken cancel)
    {
        foreach (var country in facilityIds.Select(CountryOf).Distinct())
        {
            if (_keys.ContainsKey(country)) continue;
            var opened = await Open(country, cancel);
            if (!_keys.TryAdd(country, opened)) opened.Key.Dispose();
        }
    }

    /// <summary>Lets go of keys that were destroyed, or are no longer those that hold; and tries again those that could not be
    /// used.</summary>
    public async Task CatchUp(CancellationToken cancel)
    {
        foreach (var (country, opened) in _keys)
        {
            if (opened.Document is { } document && IsThere(country, document) && await Document(country, cancel) == document) continue;
            if (_keys.TryRemove(new(country, opened))) opened.Key.Dispose();
        }
    }

    private static string FolderOf(IConfiguration settings) =>
        Path.GetFullPath(settings[FolderSetting] ?? Path.Combine(settings["data"] ?? "data", "keys"));

    private string CountryOf(string facilityId) => reference.Tree.Find(facilityId)?.Country ?? NoCountry;

    private ValueTask<RecipientKeyDocument?> Document(string country, CancellationToken cancel) =>
        store.Find<RecipientKeyDocument>(Collections.RecipientKeys, Collections.Whole, IdOf(country), cancel);

    private bool IsThere(string country, RecipientKeyDocument document)
    {
        try
        {
            return _files.Has(country, document.Version) && !IsDestroyed(country, document);
        }
        catch (Exception failure) when (IsOfFiles(failure))
        {
            return false;
        }
    }

    private static bool IsOfFiles(Exception failure) => failure is IOException or UnauthorizedAccessException or FormatException;

    private bool IsDestroyed(string country, RecipientKeyDocument document) => document.MadeAt <= _files.DestroyedUntil(country);

    private async Task<Opened> Open(string country, CancellationToken cancel)
    {
        var document = await Document(country, cancel);
        var name = RecipientKeyFiles.NameOf(country, document?.Version ?? 1);
        try
        {
            if (document is null || IsDestroyed(country, document)) document = await Make(country, document, cancel);
            name = RecipientKeyFiles.NameOf(country, document.Version);
            if (_files.Read(country, document.Version) is not { } secret) return Unusable("is missing");
            return RecipientKeyFiles.CheckOf(secret) == document.Check
                ? new Opened(new RecipientKey(country, document.Version, secret), document)
                : Unusable("is another than the one that was used before");
        }
        catch (Exception failure) when (IsOfFiles(failure))
        {
            log.LogError(failure, "The key {Name} of the recipients cannot be read or made in {Folder}.", name, FolderOf(settings));
            return Unusable("cannot be read or made");
        }

        Opened Unusable(string why)
        {
            log.LogError("The key {Name} in {Folder} {Why}: lines with a recipientKey are not taken.", name, FolderOf(settings), why);
            return new Opened(RecipientKey.Unusable(LineRules.NoRecipientKey(name, why)), null);
        }
    }

    /// <summary>Has the next of a country's keys hold, unless another instance was first: then that one's.</summary>
    private async Task<RecipientKeyDocument> Make(string country, RecipientKeyDocument? before, CancellationToken cancel)
    {
        var version = (before?.Version ?? 0) + 1;
        // After the one before was destroyed, whatever the clock of who did that.
        var (now, after) = (clock.GetUtcNow(), _files.DestroyedUntil(country)?.AddTicks(1));
        var document = new RecipientKeyDocument(
            version, RecipientKeyFiles.CheckOf(_files.ReadOrMake(country, version)), after > now ? after.Value : now);
        var made = await store.Change<RecipientKeyDocument>(async tx =>
        {
            var kept = await tx.Find<RecipientKeyDocument>(Collections.RecipientKeys, Collections.Whole, IdOf(country));
            if (kept is not null && kept.Version >= version) return kept;
            await tx.Put(Collections.RecipientKeys, Collections.Whole, IdOf(country), document);
            return document;
        }, cancel);
        return made.Answer!;
    }

    // An id is never empty, and a country's has no such sign.
    private static string IdOf(string country) => country.Length == 0 ? "*" : country;

    private sealed record Opened(RecipientKey Key, RecipientKeyDocument? Document);
}
