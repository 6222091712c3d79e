using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Journal;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Engine;

/// <summary>
/// Copies of the embedded stores of a data folder, all of one moment, taken while their process runs: an event that one
/// store has sent is consumed in the other, or neither is so in the copies.
/// </summary>
internal static class SqliteBackup
{
    /// <summary>Tells what a backup holds.</summary>
    public const string ManifestFile = "backup.json";

    private const int CacheKibibytes = 16 * 1024;
    private const int PagesAtOnce = 16 * 1024;

    // A moment in which no store commits takes some tens of microseconds; commits are milliseconds apart.
    private const int MomentTriesMax = 10_000;

    /// <summary>Copies the stores into an empty folder.</summary>
    /// <param name="services">Whose stores.</param>
    /// <param name="folder">The data folder. Its process may run.</param>
    /// <param name="target">Where to: a folder that is empty, or not there yet.</param>
    /// <param name="clock">For the moment of the backup.</param>
    /// <param name="say">Is told how far it is.</param>
    /// <exception cref="StoreUnavailableException">There is no such store, or the target is not empty.</exception>
    public static void Take(IReadOnlyList<string> services, string folder, string target, TimeProvider clock, Action<string> say)
    {
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
            throw new StoreUnavailableException($"The folder {target} is not empty: choose another for the backup.");
        if (services.Select(service => EmbeddedStores.FileOf(folder, service)).FirstOrDefault(file => !File.Exists(file)) is { } missing)
            throw new StoreUnavailableException($"There is no store {missing} to back up.");

        Directory.CreateDirectory(target);
        var sources = services.Select(
            service => new SqliteConnection(EmbeddedStores.FileOf(folder, service), readOnly: false, CacheKibibytes)).ToList();
        try
        {
            var at = AtOneMoment(sources, services.Select(service => EmbeddedStores.FileOf(folder, service)), clock);
            foreach (var (source, service) in sources.Zip(services))
            {
                using var copy = new SqliteConnection(EmbeddedStores.FileOf(target, service), readOnly: false, CacheKibibytes);
                source.CopyInto(copy, PagesAtOnce, percent => say($"{service}: {percent} % copied"));
            }

            // Last: a folder without it is no backup.
            var stores = services.Select(service => Describe(target, service)).ToList();
            foreach (var store in stores) say($"{store}");
            File.WriteAllBytes(Path.Combine(target, ManifestFile), StoreJson.Bytes(new BackupManifest(at, stores)));
            say($"as of {at:O}, in {target}");
        }
        finally
        {
            foreach (var source in sources) source.Dispose();
        }
    }

    /// <summary>Puts a backup into an empty data folder, and checks that every store is whole and as it was copied.</summary>
    /// <param name="services">Whose stores.</param>
    /// <param name="backup">The backup's folder.</param>
    /// <param name="folder">The data folder to make.</param>
    /// <param name="say">Is told how far it is.</param>
    /// <exception cref="StoreUnavailableException">The backup is not whole, or the folder holds stores.</exception>
    public static void Restore(IReadOnlyList<string> services, string backup, string folder, Action<string> say)
    {
        var manifest = ReadManifest(backup);
        if (services.Except(manifest.Stores.Select(store => store.Service)).FirstOrDefault() is { } missing)
            throw new StoreUnavailableException($"The backup {backup} has no store of {missing}.");
        if (services.Select(service => EmbeddedStores.FileOf(folder, service)).FirstOrDefault(File.Exists) is { } there)
            throw new StoreUnavailableException($"{there} is there already: restore into another folder, or move it away.");

        Directory.CreateDirectory(folder);
        foreach (var store in manifest.Stores.Where(store => services.Contains(store.Service)))
        {
            var (from, to) = (EmbeddedStores.FileOf(backup, store.Service), EmbeddedStores.FileOf(folder, store.Service));
            if (!File.Exists(from) || Digest(from) != store.Sha256)
                throw new StoreUnavailableException($"{from} is not what was backed up: its digest differs from that in {ManifestFile}.");
            // Under its own name only when it is whole: a restore that was stopped is done anew.
            File.Copy(from, to + ".part", overwrite: true);
            using (var copied = new FileStream(to + ".part", FileMode.Open, FileAccess.ReadWrite)) copied.Flush(flushToDisk: true);
            File.Move(to + ".part", to);
            using var connection = new SqliteConnection(to, readOnly: false, CacheKibibytes);
            if (connection.QuickCheck() is { } fault) throw new StoreUnavailableException($"{to} is damaged: {fault}");
            say($"{store}");
        }

        say($"as of {manifest.TakenAt:O}, from {backup}");
    }

    /// <summary>Begins a reader's transaction in every store while none of them commits: together they show one moment.</summary>
    private static DateTimeOffset AtOneMoment(List<SqliteConnection> sources, IEnumerable<string> files, TimeProvider clock)
    {
        var watches = files.Select(file => new SqliteConnection(file, readOnly: false, cacheKibibytes: 64)).ToList();
        try
        {
            for (var tries = 0; tries < MomentTriesMax; tries++)
            {
                var before = watches.ConvertAll(watch => watch.DataVersion());
                var at = clock.GetUtcNow();
                foreach (var source in sources) source.BeginReading();
                if (before.SequenceEqual(watches.ConvertAll(watch => watch.DataVersion()))) return at;
                foreach (var source in sources) source.EndReading();
            }

            throw new StoreUnavailableException(
                $"The stores were never still for a moment in {MomentTriesMax} tries: back up when less is posted.");
        }
        finally
        {
            foreach (var watch in watches) watch.Dispose();
        }
    }

    private static BackupStore Describe(string target, string service)
    {
        var file = EmbeddedStores.FileOf(target, service);
        long documents, unsent, parked;
        using (var connection = new SqliteConnection(file, readOnly: false, CacheKibibytes))
        {
            SqliteSchema.Ensure(connection);
            // What small commits left for later goes into the tables, so that it is counted; then all into the one file.
            Pending.Recover(connection);
            documents = connection.Count("SELECT count(*) FROM documents");
            unsent = connection.Count("SELECT count(*) FROM outbox WHERE parked IS NULL");
            parked = connection.Count("SELECT count(*) FROM outbox WHERE parked IS NOT NULL");
            connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        using (var written = new FileStream(file, FileMode.Open, FileAccess.ReadWrite)) written.Flush(flushToDisk: true);
        return new BackupStore(service, documents, unsent, parked, new FileInfo(file).Length, Digest(file));
    }

    private static BackupManifest ReadManifest(string backup)
    {
        try
        {
            return JsonSerializer.Deserialize<BackupManifest>(File.ReadAllBytes(Path.Combine(backup, ManifestFile)), StoreJson.Options)
                ?? throw new JsonException("it is empty");
        }
        catch (Exception failure) when (failure is IOException or JsonException)
        {
            throw new StoreUnavailableException(
                $"{backup} is no backup that was ended: {ManifestFile} cannot be read ({failure.Message})", failure);
        }
    }

    private static string Digest(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexString(SHA256.HashData(stream));
    }
}

/// <summary>What a backup holds.</summary>
/// <param name="TakenAt">Everything acknowledged before this moment is in it.</param>
/// <param name="Stores">The stores.</param>
/// <param name="SchemaVersion">The form of this document.</param>
internal sealed record BackupManifest(DateTimeOffset TakenAt, IReadOnlyList<BackupStore> Stores, int SchemaVersion = 1);

/// <summary>A store in a backup.</summary>
/// <param name="Service">Whose it is.</param>
/// <param name="Documents">Its documents.</param>
/// <param name="Unsent">Events that were still to be sent; they are sent after a restore.</param>
/// <param name="Parked">Events that wait for a person.</param>
/// <param name="Bytes">The size of its file.</param>
/// <param name="Sha256">The digest of its file, in hexadecimal.</param>
internal sealed record BackupStore(string Service, long Documents, long Unsent, long Parked, long Bytes, string Sha256)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Service}: {Documents:N0} documents, {Unsent:N0} unsent events, {Parked:N0} parked, {Bytes:N0} bytes, whole");
}
