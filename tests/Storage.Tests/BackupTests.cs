using System.Text;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Engine;

namespace Distribution.Storage.Tests;

/// <summary>Copies of embedded stores, taken while they are written to, and what becomes of them.</summary>
public sealed class BackupTests : IDisposable
{
    private const string Docs = "docs";
    private static readonly string[] Services = ["sender", "receiver"];
    private readonly string _root = Directory.CreateTempSubdirectory("distribution-backup-").FullName;
    private readonly List<string> _said = [];

    private string Data => Path.Combine(_root, "data");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Copies_of_two_stores_that_are_written_to_show_one_moment()
    {
        const int Backups = 8;
        await using (var sender = Open(Data, "sender"))
        await using (var receiver = Open(Data, "receiver"))
        {
            using var stop = new CancellationTokenSource();
            // As the relay does it: sent is what has been consumed.
            var writing = Task.Run(async () =>
            {
                for (var n = 0; !stop.IsCancellationRequested; n++)
                {
                    await Put(sender, "made", n);
                    await Put(receiver, "consumed", n);
                    await Put(sender, "sent", n);
                }
            }, Cancel);
            for (var backup = 0; backup < Backups; backup++)
                SqliteBackup.Take(Services, Data, Folder($"backup{backup}"), TimeProvider.System, _said.Add);
            await stop.CancelAsync();
            await writing;
        }

        var last = -1L;
        for (var backup = 0; backup < Backups; backup++)
        {
            SqliteBackup.Restore(Services, Folder($"backup{backup}"), Folder($"restored{backup}"), _said.Add);
            await using var sender = Open(Folder($"restored{backup}"), "sender");
            await using var receiver = Open(Folder($"restored{backup}"), "receiver");
            var (made, consumed, sent) = (await Last(sender, "made"), await Last(receiver, "consumed"), await Last(sender, "sent"));
            Assert.True(sent <= consumed && consumed <= made && made - sent <= 1, $"made {made}, consumed {consumed}, sent {sent}");
            Assert.True(made >= last, $"backup {backup} is older than the one before: {made}, {last}");
            last = made;
        }
    }

    [Fact]
    public async Task What_was_acknowledged_before_and_what_is_still_to_be_sent_is_in_the_copy()
    {
        await using (var store = Open(Data, "sender"))
        {
            await store.Commit("one", async tx =>
            {
                await tx.Put(Docs, "p", "1", Encoding.UTF8.GetBytes("x"));
                tx.Publish(new FacilityChanged("F", 1, "F", "country", null, "F"));
                return Decision.Accept(Encoding.UTF8.GetBytes("answer"));
            }, Cancel);
            SqliteBackup.Take(["sender"], Data, Folder("backup"), TimeProvider.System, _said.Add);
            await Put(store, "made", 1);
        }

        SqliteBackup.Restore(["sender"], Folder("backup"), Folder("restored"), _said.Add);
        await using var restored = Open(Folder("restored"), "sender");
        Assert.Equal("x", Encoding.UTF8.GetString((await restored.Find(Docs, "p", "1", Cancel))!.Body.Span));
        Assert.Equal("answer", Encoding.UTF8.GetString((await restored.FindAnswer("one", Cancel))!.Value.Span));
        Assert.Single(await restored.Outbox.Unsent(10, Cancel));
        Assert.Equal(-1, await Last(restored, "made"));
        Assert.Contains(_said, line => line.Contains("1 documents, 1 unsent events", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_copy_that_was_changed_or_is_not_whole_is_refused_and_so_is_a_folder_in_use()
    {
        await using (var store = Open(Data, "sender")) await Put(store, "made", 1);
        SqliteBackup.Take(["sender"], Data, Folder("backup"), TimeProvider.System, _said.Add);
        Assert.Contains("not empty", Refusal(() => SqliteBackup.Take(["sender"], Data, Folder("backup"), TimeProvider.System, _said.Add)),
            StringComparison.Ordinal);
        Assert.Contains("There is no store",
            Refusal(() => SqliteBackup.Take(Services, Data, Folder("other"), TimeProvider.System, _said.Add)), StringComparison.Ordinal);
        Assert.Contains("no store of receiver",
            Refusal(() => SqliteBackup.Restore(Services, Folder("backup"), Folder("restored"), _said.Add)), StringComparison.Ordinal);
        Assert.Contains(
            "there already", Refusal(() => SqliteBackup.Restore(["sender"], Folder("backup"), Data, _said.Add)), StringComparison.Ordinal);

        using (var file = new FileStream(Path.Combine(Folder("backup"), "sender.db"), FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = file.Length / 2;
            var there = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(there ^ 1));
        }

        Directory.CreateDirectory(Folder("restored"));
        Assert.Contains("not what was backed up",
            Refusal(() => SqliteBackup.Restore(["sender"], Folder("backup"), Folder("restored"), _said.Add)), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Folder("restored"), "*.db"));
        File.Delete(Path.Combine(Folder("backup"), SqliteBackup.ManifestFile));
        Assert.Contains("no backup that was ended",
            Refusal(() => SqliteBackup.Restore(["sender"], Folder("backup"), Folder("restored"), _said.Add)), StringComparison.Ordinal);
    }

    private string Folder(string name) => Path.Combine(_root, name);

    private static SqliteStore Open(string folder, string service) =>
        SqliteStore.Open(Path.Combine(folder, $"{service}.db"), TimeProvider.System);

    private static string Refusal(Action action) => Assert.Throws<StoreUnavailableException>(action).Message;

    private static async Task Put(SqliteStore store, string id, long number) => await store.Commit($"{id} {number}", async tx =>
    {
        await tx.Put(Docs, "p", id, Encoding.UTF8.GetBytes($"{number}"));
        return Decision.Accept();
    }, Cancel);

    private static async Task<long> Last(SqliteStore store, string id) =>
        await store.Find(Docs, "p", id, Cancel) is { } found ? long.Parse(
            found.Body.Span, System.Globalization.CultureInfo.InvariantCulture) : -1;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
