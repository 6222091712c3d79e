using System.Runtime.Versioning;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Recipients;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.SharedKernel.Places;
using Distribution.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Distribution.Administration.Tests;

/// <summary>The keys of the countries, as several instances of the service with one store use them.</summary>
public sealed class RecipientKeysTests : IDisposable
{
    private const string Italian = "IT-1";
    private const string French = "FR-1";
    private const string Unknown = "nowhere";

    private readonly AdministrationStore _store = new(new MemoryStore(TimeProvider.System));
    private readonly ReferenceData _reference = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("distribution-recipients-").FullName;

    public RecipientKeysTests()
    {
        _reference.Tree.Apply(new Place(Italian, "A clinic", "facility", null, "IT", 1), 1);
        _reference.Tree.Apply(new Place(French, "A clinic", "facility", null, "FR", 1), 2);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task All_who_need_a_key_first_at_the_same_time_get_the_same()
    {
        for (var round = 0; round < 20; round++)
        {
            var folder = Path.Combine(_folder, $"{round}");
            var store = new AdministrationStore(new MemoryStore(TimeProvider.System));
            var instances = Enumerable.Range(0, 8).Select(_ => Keys(folder, store)).ToArray();
            await Task.WhenAll(instances.Select(keys => Task.Run(() => keys.GetReady([Italian], Cancel), Cancel)));
            Assert.Single(instances.Select(keys => Mark(keys, Italian)).Distinct());
            Assert.Single(Directory.GetFiles(folder));
        }
    }

    [Fact]
    public async Task Each_country_has_a_key_of_its_own_and_so_have_places_that_are_not_known_yet()
    {
        var keys = Keys("keys");
        Assert.Null(keys.Find(Italian));
        await keys.GetReady([Italian, French, Unknown, "nowhere-else"], Cancel);
        Assert.Equal(["IT-1", "FR-1", "-1"], new[] { Italian, French, Unknown }.Select(place => Mark(keys, place)!.Key));
        Assert.Equal(3, new[] { Italian, French, Unknown }.Select(place => Mark(keys, place)!.Hash).Distinct().Count());
        Assert.Equal(Mark(keys, Unknown), Mark(keys, "nowhere-else"));
        Assert.Equal(
            ["recipients--1.key", "recipients-FR-1.key", "recipients-IT-1.key"],
            Directory.GetFiles(Path.Combine(_folder, "keys")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public async Task Nobody_else_on_the_machine_can_read_a_key()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows a folder's own rights say who reads in it.");
        await Keys("keys").GetReady([Italian], Cancel);
        var folder = Path.Combine(_folder, "keys");
        const UnixFileMode File600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(File600 | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal(File600, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(folder))));
    }

    [Fact]
    public async Task An_instance_whose_key_is_missing_or_another_hashes_nothing_until_it_has_the_right_one()
    {
        var right = Keys("right");
        await right.GetReady([Italian], Cancel);
        var mark = Mark(right, Italian);
        var other = Keys("other");
        await other.GetReady([Italian, French], Cancel);
        Assert.Contains("recipients-IT-1.key, is missing", other.Find(Italian)!.Problem, StringComparison.Ordinal);
        Assert.Null(other.Find(French)!.Problem);

        var file = Path.Combine(_folder, "other", "recipients-IT-1.key");
        foreach (var (text, why) in new[] { (new string('0', 64), "is another"), ("nonsense", "cannot be read") })
        {
            await File.WriteAllTextAsync(file, text, Cancel);
            await other.CatchUp(Cancel);
            await other.GetReady([Italian], Cancel);
            Assert.Contains(why, other.Find(Italian)!.Problem, StringComparison.Ordinal);
        }

        File.Copy(Path.Combine(_folder, "right", "recipients-IT-1.key"), file, overwrite: true);
        await other.CatchUp(Cancel);
        await other.GetReady([Italian], Cancel);
        Assert.Equal(mark, Mark(other, Italian));
        // And one that is started again finds it.
        var again = Keys("right");
        await again.GetReady([Italian], Cancel);
        Assert.Equal(mark, Mark(again, Italian));
    }

    [Fact]
    public async Task A_key_that_was_destroyed_is_let_go_of_and_the_next_one_is_another()
    {
        var (one, two, apart) = (Keys("keys"), Keys("keys"), Keys("apart"));
        foreach (var keys in new[] { one, two }) await keys.GetReady([Italian, French, Unknown], Cancel);
        Directory.CreateDirectory(Path.Combine(_folder, "apart"));
        foreach (var file in Directory.GetFiles(Path.Combine(_folder, "keys")))
            File.Copy(file, Path.Combine(_folder, "apart", Path.GetFileName(file)));
        await apart.GetReady([Italian], Cancel);
        var (before, french, held) = (Mark(one, Italian), Mark(one, French), one.Find(Italian)!);

        Assert.Equal(0, DestroyRecipientKey.Asked(["destroy-recipient-key", "IT", Path.Combine(_folder, "keys")]));
        Assert.Equal(1, DestroyRecipientKey.Asked(["destroy-recipient-key", "I", Path.Combine(_folder, "keys")]));
        foreach (var keys in new[] { one, two })
        {
            await keys.CatchUp(Cancel);
            Assert.Null(keys.Find(Italian));
            Assert.Null(keys.Find(Unknown));
        }

        Assert.Equal(french, Mark(one, French));
        Assert.False(held.TryMark("a"u8, new byte[RecipientKey.MarkBytesMax], out _));
        await Task.WhenAll(new[] { one, two }.Select(keys => keys.GetReady([Italian, Unknown], Cancel)));
        Assert.Equal(Mark(one, Italian), Mark(two, Italian));
        Assert.Equal("IT-2", Mark(one, Italian)!.Key);
        Assert.NotEqual(before!.Hash, Mark(one, Italian)!.Hash);
        // Where a copy of the old one was forgotten, it is used no longer than until another is heard of.
        await apart.CatchUp(Cancel);
        await apart.GetReady([Italian], Cancel);
        Assert.Contains("recipients-IT-2.key, is missing", apart.Find(Italian)!.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_lost_is_said_to_be_destroyed_and_another_is_made()
    {
        await Keys("keys").GetReady([Italian], Cancel);
        File.Delete(Path.Combine(_folder, "keys", "recipients-IT-1.key"));
        var keys = Keys("keys");
        await keys.GetReady([Italian], Cancel);
        Assert.NotNull(keys.Find(Italian)!.Problem);
        Assert.Equal(1, DestroyRecipientKey.Asked(["destroy-recipient-key", "IT", Path.Combine(_folder, "keys")]));
        await keys.CatchUp(Cancel);
        await keys.GetReady([Italian], Cancel);
        Assert.Equal("IT-2", Mark(keys, Italian)!.Key);
    }

    private static RecipientMark? Mark(RecipientKeys keys, string place)
    {
        var mark = new byte[RecipientKey.MarkBytesMax];
        Assert.Null(keys.Find(place)!.Problem);
        Assert.True(keys.Find(place)!.TryMark("somebody"u8, mark, out var length));
        return RecipientMark.Read(mark.AsSpan(0, length));
    }

    private RecipientKeys Keys(string folder, AdministrationStore? store = null) => new(
        store ?? _store, _reference,
        new ConfigurationBuilder().AddInMemoryCollection([new(RecipientKeys.FolderSetting, Path.Combine(_folder, folder))]).Build(),
        TimeProvider.System, NullLogger<RecipientKeys>.Instance);
}
