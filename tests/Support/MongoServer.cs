using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Bson;
using MongoDB.Driver;
using Testcontainers.MongoDb;

namespace Distribution.Tests.Support;

/// <summary>
/// A MongoDB server for tests: the one that DISTRIBUTION_MONGODB names (a connection string), or a container, the same for
/// all of a test process that need it at a time. Where there is neither, <see cref="Missing"/> says so.
/// </summary>
public sealed class MongoServer : IAsyncDisposable
{
    private const string Variable = "DISTRIBUTION_MONGODB";
    private const string Image = "mongo:8.0";
    private const string ReplicaSet = "rs0";

    // Asked again where it has been done already.
    private const string Initiate =
        "try { rs.initiate({ _id: '" + ReplicaSet + "', members: [{ _id: 0, host: '127.0.0.1:27017' }] }) } " +
        "catch (failure) { if (failure.codeName !== 'AlreadyInitialized') throw failure }";

    // With the image's way to this machine.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static MongoDbContainer? _shared;
    private static string? _imageMissing;
    private static int _users;
    private MongoDbContainer? _container;

    private MongoServer(MongoDbContainer? container, string connection, string? missing) =>
        (_container, Connection, Missing, CanBeKilled) = (container, connection, missing, container is not null);

    /// <summary>The connection string, without a database.</summary>
    public string Connection { get; }

    /// <summary>Why there is none, or null.</summary>
    public string? Missing { get; }

    /// <summary>Whether the server may be killed: only one that can be started again.</summary>
    public bool CanBeKilled { get; }

    /// <summary>Why there cannot be one here, as far as can be told without starting it, or null.</summary>
    public static string? CannotBe() => Named is not null || ContainerEngine.Missing is not { } reason
        ? null
        : $"there is no MongoDB server: {Variable} is not set, and {reason}";

    private static string? Named => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } connection ? connection : null;

    /// <summary>Finds the server, and starts it where nobody here uses it yet.</summary>
    public static async Task<MongoServer> Start()
    {
        if (Named is { } connection) return new MongoServer(null, connection, null);
        if (CannotBe() is { } reason) return new MongoServer(null, "", reason);
        await Gate.WaitAsync();
        try
        {
            if (_imageMissing is null) _shared ??= await Run();
            if (_shared is null) return new MongoServer(null, "", $"there is no MongoDB server: {_imageMissing}");
            _users++;
            return new MongoServer(_shared, ConnectionOf(_shared), null);
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>The connection string with a database.</summary>
    public string ConnectionTo(string database)
    {
        var url = new MongoUrlBuilder(Connection);
        // Else the user would be looked for in that database.
        if (url.Username is not null) url.AuthenticationSource ??= url.DatabaseName ?? "admin";
        url.DatabaseName = database;
        return url.ToString();
    }

    /// <summary>Kills the server with SIGKILL.</summary>
    public Task Kill() => ContainerEngine.Kill(_container!);

    /// <summary>Starts a killed server again, with the data that it had, and waits until it takes writes.</summary>
    public async Task StartAgain()
    {
        await ContainerEngine.StartAgain(_container!);
        await BecomeWritable(Connection);
    }

    /// <summary>Ends the container when nobody here needs it any more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _container, null) is null) return;
        await Gate.WaitAsync();
        try
        {
            if (--_users > 0) return;
            var ended = _shared!;
            _shared = null;
            await ended.DisposeAsync();
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>Null where the image cannot be had.</summary>
    private static async Task<MongoDbContainer?> Run()
    {
        // Transactions need a replica set, if only of one member. The builder's own way to one has a key file, with which the
        // server demands a user of everybody.
        var container = new MongoDbBuilder(Image).WithUsername("").WithPassword("")
            .WithPortBinding(ContainerEngine.FreePort(), MongoDbBuilder.MongoDbPort)
            .WithCommand("--replSet", ReplicaSet, "--bind_ip_all")
            .WithLogger(NullLogger.Instance)
            .Build();
        try
        {
            _imageMissing = await ContainerEngine.Start(container, StartLimit);
            if (_imageMissing is null)
            {
                await BecomeReplicaSet(container);
                await BecomeWritable(ConnectionOf(container));
                return container;
            }
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }

        await container.DisposeAsync();
        return null;
    }

    // The member's own address is one within the container: we must not ask the set for it.
    private static string ConnectionOf(MongoDbContainer container) =>
        $"mongodb://{container.Hostname}:{container.GetMappedPublicPort(MongoDbBuilder.MongoDbPort)}/?directConnection=true";

    private static Task BecomeReplicaSet(MongoDbContainer container) => Condition.Until("MongoDB is a replica set", ReadyLimit, async () =>
    {
        var said = await container.ExecAsync(["mongosh", "--quiet", "--eval", Initiate]);
        return said.ExitCode == 0 ? null : said.Stdout + said.Stderr;
    });

    private static async Task BecomeWritable(string connection)
    {
        var settings = MongoClientSettings.FromConnectionString(connection);
        settings.ServerSelectionTimeout = settings.ConnectTimeout = settings.SocketTimeout = AnswerLimit;
        using var client = new MongoClient(settings);
        await Condition.Until("MongoDB takes writes", ReadyLimit, async () =>
        {
            try
            {
                var hello = await client.GetDatabase("admin").RunCommandAsync<BsonDocument>(new BsonDocument("hello", 1));
                return hello.GetValue("isWritablePrimary", false).ToBoolean() ? null : hello.ToJson();
            }
            catch (Exception failure) when (failure is MongoException or TimeoutException)
            {
                return failure.Message;
            }
        });
    }
}
