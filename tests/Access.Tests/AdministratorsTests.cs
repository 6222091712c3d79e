using Distribution.Access.Store;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Access;
using Distribution.Storage.Embedded;
using Distribution.Storage.MongoDb;
using Distribution.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MongoDB.Driver;

namespace Distribution.Access.Tests;

/// <summary>Somebody may always give access to the whole system, whoever ends whom, and when; in every store.</summary>
public abstract class AdministratorsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly IReadOnlyList<string> _all = [.. Role.RightsOf(Role.AccessAdmin)!.Select(right => right.Name())];
    private readonly List<IStore> _stores = [];
    private IReadOnlyList<AccessStore> _instances = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Opens one and the same store so many times as there may be instances of it.</summary>
    protected abstract Task<IReadOnlyList<IStore>> Open();

    public async ValueTask InitializeAsync()
    {
        _stores.AddRange(await Open());
        _instances = [.. _stores.Select(store => new AccessStore(store, TimeProvider.System))];
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var store in _stores) await store.DisposeAsync();
    }

    [Fact]
    public async Task The_last_is_not_ended_and_only_what_holds_now_in_the_whole_system_counts_beside_it()
    {
        // As where nobody is asked to sign in, and so nobody gives access.
        await Put(Key("alone") with { Rights = ["stock.read"] });
        Assert.Null(await End(_instances[0], "alone"));
        await Put(Key("last"), Key("viewer") with { Rights = ["stock.read"] }, Key("there") with { PlaceId = "XA" },
            Key("over") with { Until = Now }, Key("gone") with { EndedAt = Now });
        await Put(Grant("later") with { From = Now.AddDays(1) });
        var refused = (await End(_instances[0], "last"))!;
        Assert.Equal(409, refused.Status);
        Assert.Contains("accessAdmin", refused.Detail, StringComparison.Ordinal);

        // What gives nobody anything is ended as it ever was.
        foreach (var keyId in new[] { "viewer", "there", "over" }) Assert.Null(await End(_instances[0], keyId));
        Assert.NotNull(await End(_instances[0], "last"));
        await Put(Grant("other"));
        Assert.Null(await End(_instances[0], "last"));
        Assert.NotNull(await EndGrant(_instances[0], "other"));
        Assert.Null(await EndGrant(_instances[0], "later"));
        await Put(Key("next"));
        Assert.Null(await EndGrant(_instances[0], "other"));
    }

    [Fact]
    public async Task It_is_found_among_more_than_are_looked_at_at_a_time()
    {
        await Put([.. Enumerable.Range(0, 2_500).Select(number => Key($"a{number:D4}") with { Rights = ["stock.read"] })]);
        await Put(Key("b"), Key("z"));
        Assert.Null(await End(_instances[0], "b"));
        Assert.NotNull(await End(_instances[0], "z"));
    }

    [Fact]
    public async Task Of_those_that_end_each_other_at_once_one_stays()
    {
        for (var round = 0; round < 20; round++)
        {
            var ids = Enumerable.Range(0, 4).Select(number => $"r{round}-{number}").ToList();
            await Put([.. ids.Take(2).Select(Key)]);
            await Put([.. ids.Skip(2).Select(Grant)]);
            var refused = await Task.WhenAll(ids.Select((id, number) => Task.Run(async () =>
            {
                var instance = _instances[number % _instances.Count];
                return number < 2 ? await End(instance, id) : await EndGrant(instance, id);
            })));
            Assert.Single(refused, refusal => refusal is not null);
            // The next round begins with none.
            await _instances[0].Change<string>(async tx =>
            {
                await tx.Delete(AccessStore.Keys, AccessStore.One, ids[0]);
                await tx.Delete(AccessStore.Keys, AccessStore.One, ids[1]);
                await tx.Delete(AccessStore.Grants, AccessStore.One, ids[2]);
                await tx.Delete(AccessStore.Grants, AccessStore.One, ids[3]);
                return "";
            }, Cancel);
        }
    }

    private static Task<Refusal?> End(AccessStore store, string keyId) => Change(store, async tx =>
    {
        var key = (await tx.Find<StoredKey>(AccessStore.Keys, AccessStore.One, keyId))!;
        if (await Administrators.RefuseToEnd(tx, key) is { } last) return last;
        await AccessStore.Put(tx, key with { EndedAt = tx.Now });
        return null;
    });

    private static Task<Refusal?> EndGrant(AccessStore store, string grantId) => Change(store, async tx =>
    {
        var grant = (await tx.Find<StoredGrant>(AccessStore.Grants, AccessStore.One, grantId))!;
        if (await Administrators.RefuseToEnd(tx, grant) is { } last) return last;
        await AccessStore.Put(tx, grant with { EndedAt = tx.Now });
        return null;
    });

    private static async Task<Refusal?> Change(AccessStore store, Func<ITransaction, Task<Refusal?>> decide) =>
        (await store.Change<string>(async tx => await decide(tx) is { } refusal ? refusal : "", Cancel)).Refusal;

    private async Task Put(params StoredKey[] keys) => await _instances[0].Change<string>(async tx =>
    {
        foreach (var key in keys) await AccessStore.Put(tx, key);
        return "";
    }, Cancel);

    private async Task Put(params StoredGrant[] grants) => await _instances[0].Change<string>(async tx =>
    {
        foreach (var grant in grants) await AccessStore.Put(tx, grant);
        return "";
    }, Cancel);

    private StoredKey Key(string keyId) => new(keyId, keyId, Role.AccessAdmin, _all, "", Now.AddDays(-1), Now.AddDays(1), "a test");

    private StoredGrant Grant(string grantId) => new(
        grantId, "https://login.example.org|4711", Role.AccessAdmin, null, _all, Now.AddDays(-1), Now.AddDays(1), "a test", "a test", Now,
        "");
}

/// <summary>In the embedded store.</summary>
public sealed class EmbeddedAdministratorsTests : AdministratorsTests
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("distribution-access-");

    protected override async Task<IReadOnlyList<IStore>> Open() =>
        [await new EmbeddedStores().Open(_folder.FullName, AccessStore.Name)];

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

/// <summary>In a database, by two instances.</summary>
public sealed class DatabaseAdministratorsTests : AdministratorsTests
{
    private readonly string _prefix = $"test{Guid.NewGuid():N}"[..16];
    private readonly List<ServiceProvider> _providers = [];
    private MongoServer? _server;

    protected override async Task<IReadOnlyList<IStore>> Open()
    {
        _server = await MongoServer.Start();
        Assert.SkipWhen(_server.Missing is not null, _server.Missing ?? "");
        var settings = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["ConnectionStrings:MongoDb"] = _server.ConnectionTo(_prefix) }).Build();
        var stores = new List<IStore>();
        for (var instance = 0; instance < 2; instance++)
        {
            var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddLogging();
            var open = new MongoProvider().Use(settings, services);
            _providers.Add(services.BuildServiceProvider());
            stores.Add(open(_providers[^1], AccessStore.Name));
        }

        return stores;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var provider in _providers) await provider.DisposeAsync();
        if (_server is null) return;
        if (_server.Missing is null)
        {
            using var client = new MongoClient(_server.Connection);
            await client.DropDatabaseAsync($"{_prefix}-{AccessStore.Name}", CancellationToken.None);
        }

        await _server.DisposeAsync();
    }
}
