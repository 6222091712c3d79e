using Distribution.Platform.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Distribution.Storage.MongoDb;

/// <summary>The collections of one store. Each is found by its <c>_id</c>; the outbox alone has indexes besides.</summary>
internal sealed class MongoDatabase
{
    private const int SchemaVersion = 1;
    private const string SchemaId = "schema";
    private const string MoveId = "move";
    private static readonly TimeSpan ServerWait = TimeSpan.FromSeconds(5);
    private readonly IMongoDatabase _database;

    private MongoDatabase(MongoClient client, string service, string name)
    {
        (Client, Service) = (client, service);
        _database = client.GetDatabase(name, new MongoDatabaseSettings
        {
            ReadConcern = ReadConcern.Majority,
            ReadPreference = ReadPreference.Primary,
            WriteConcern = WriteConcern.WMajority.With(journal: true),
        });
        Documents = _database.GetCollection<BsonDocument>("documents");
        Guards = _database.GetCollection<BsonDocument>("guards");
        Keys = _database.GetCollection<BsonDocument>("keys");
        Labels = _database.GetCollection<BsonDocument>("labels");
        Counters = _database.GetCollection<BsonDocument>("counters");
        Causes = _database.GetCollection<BsonDocument>("causes");
        Outbox = _database.GetCollection<BsonDocument>("outbox");
        Instances = _database.GetCollection<BsonDocument>("instances");
        Meta = _database.GetCollection<BsonDocument>("meta");
    }

    public MongoClient Client { get; }

    /// <summary>The service whose store it is.</summary>
    public string Service { get; }

    /// <summary><c>_id</c>: collection, partition and id. <c>v</c>: version, 0 where there is no document but its absence was
    /// read. <c>b</c>: body. <c>r</c>: how often it was read by a change since it was last written.</summary>
    public IMongoCollection<BsonDocument> Documents { get; }

    /// <summary>What changes of different instances that read a much-read document write in its place, a slot each.</summary>
    public IMongoCollection<BsonDocument> Guards { get; }

    /// <summary><c>_id</c>: space and key. <c>v</c>: value.</summary>
    public IMongoCollection<BsonDocument> Keys { get; }

    /// <summary>Which keys came with a label: see <see cref="MongoLabels"/>.</summary>
    public IMongoCollection<BsonDocument> Labels { get; }

    /// <summary><c>_id</c>: family, partition, the first part of the keys and the slot of the instances that add to them.
    /// <c>c</c>: the sums by the rest of the key.</summary>
    public IMongoCollection<BsonDocument> Counters { get; }

    /// <summary><c>_id</c>: cause. <c>a</c>: answer. <c>o</c>: names the one commit that made it.</summary>
    public IMongoCollection<BsonDocument> Causes { get; }

    /// <summary><c>_id</c>: position. <c>e</c>: event id, <c>t</c>: wire name, <c>b</c>: body, <c>at</c>: ticks, <c>s</c>:
    /// what it supersedes, <c>c</c>: its trace. Unsent: <c>l</c>: the instance that relays it, <c>u</c>: until when. Parked: <c>p</c>:
    /// why.</summary>
    public IMongoCollection<BsonDocument> Outbox { get; }

    /// <summary>The slots of the instances that write now.</summary>
    public IMongoCollection<BsonDocument> Instances { get; }

    private IMongoCollection<BsonDocument> Meta { get; }

    /// <summary>Connects, and makes what is not there yet.</summary>
    /// <param name="connection">A connection string; a database in it is the prefix of the stores' names.</param>
    /// <param name="service">The service whose store it is.</param>
    /// <exception cref="StoreUnavailableException">It cannot be reached, has no transactions, or is newer than this program.</exception>
    public static async Task<MongoDatabase> Open(string connection, string service)
    {
        var url = MongoUrl.Create(connection);
        var settings = MongoClientSettings.FromUrl(url);
        settings.ApplicationName = $"distribution-{service}";
        if (!connection.Contains("serverSelectionTimeout", StringComparison.OrdinalIgnoreCase))
            settings.ServerSelectionTimeout = ServerWait;
        var database = new MongoDatabase(new MongoClient(settings), service, $"{url.DatabaseName ?? "distribution"}-{service}");
        try
        {
            await database.RequireTransactions();
            await database.Ensure();
            return database;
        }
        catch (Exception failure) when (failure is MongoException or TimeoutException)
        {
            throw new StoreUnavailableException($"The store of {service} cannot be opened: {failure.Message}", failure);
        }
    }

    /// <summary>How far a move into this store is, or null when there is none or it has ended.</summary>
    public async Task<BsonDocument?> FindMove() => await MongoRetry.Run<BsonDocument?>(() =>
        Meta.Find(Builders<BsonDocument>.Filter.Eq("_id", MoveId)).FirstOrDefaultAsync()!);

    /// <summary>Notes how far it is.</summary>
    public Task SaveMove(BsonDocument move) => MongoRetry.Run(() => Meta.ReplaceOneAsync(
        Builders<BsonDocument>.Filter.Eq("_id", MoveId), new BsonDocument(move) { ["_id"] = MoveId },
        new ReplaceOptions { IsUpsert = true }));

    /// <summary>The move has ended.</summary>
    public Task EndMove() => MongoRetry.Run(() => Meta.DeleteOneAsync(Builders<BsonDocument>.Filter.Eq("_id", MoveId)));

    private async Task RequireTransactions()
    {
        var hello = await Client.GetDatabase("admin").RunCommandAsync<BsonDocument>(new BsonDocument("hello", 1));
        if (hello.Contains("setName") || hello.GetValue("msg", "") == "isdbgrid") return;
        throw new StoreUnavailableException(
            "The database server is neither a member of a replica set nor the router of a sharded cluster: it has no transactions. " +
            "Start it as a replica set, if only of one member.");
    }

    private async Task Ensure()
    {
        var found = await Meta.Find(Builders<BsonDocument>.Filter.Eq("_id", SchemaId)).FirstOrDefaultAsync();
        if (found is not null && found["version"].ToInt32() > SchemaVersion)
            throw new StoreUnavailableException(
                $"The store was written by a newer version (schema {found["version"]}, this program knows {SchemaVersion}): run that one.");

        // Transactions do not make collections on every server.
        var there = await (await _database.ListCollectionNamesAsync()).ToListAsync();
        foreach (var collection in new[] { Documents, Guards, Keys, Labels, Counters, Causes, Outbox, Instances, Meta })
        {
            var name = collection.CollectionNamespace.CollectionName;
            if (!there.Contains(name)) await MongoRetry.Run(() => Make(name), FailureKind.Conflict);
        }

        await MongoRetry.Run(() => Outbox.Indexes.CreateManyAsync(OutboxIndexes()), FailureKind.Conflict);
        await MongoRetry.Run(() => Meta.ReplaceOneAsync(Builders<BsonDocument>.Filter.Eq("_id", SchemaId),
            new BsonDocument { { "_id", SchemaId }, { "version", SchemaVersion } }, new ReplaceOptions { IsUpsert = true }),
            FailureKind.Conflict);
    }

    private async Task Make(string name)
    {
        try
        {
            await _database.CreateCollectionAsync(name);
        }
        catch (MongoCommandException made) when (made.CodeName == "NamespaceExists")
        {
            // Another instance starts at the same time.
        }
    }

    private static IEnumerable<CreateIndexModel<BsonDocument>> OutboxIndexes()
    {
        var keys = Builders<BsonDocument>.IndexKeys;
        yield return new CreateIndexModel<BsonDocument>(keys.Ascending("l").Ascending("_id"), new CreateIndexOptions { Name = "holder" });
        yield return new CreateIndexModel<BsonDocument>(keys.Ascending("u"), new CreateIndexOptions { Name = "lease" });
        yield return new CreateIndexModel<BsonDocument>(keys.Ascending("s"), new CreateIndexOptions { Name = "supersedes", Sparse = true });
        yield return new CreateIndexModel<BsonDocument>(
            keys.Ascending("p").Ascending("_id"), new CreateIndexOptions { Name = "parked", Sparse = true });
    }
}
