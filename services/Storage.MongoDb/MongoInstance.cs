using MongoDB.Bson;
using MongoDB.Driver;

namespace Distribution.Storage.MongoDb;

/// <summary>
/// This process among those that write one store. Its slot keeps what it adds apart from what others add, so that
/// sums of a whole country are no bottleneck; its name marks the events that it relays. Two that share a slot only get
/// in each other's way.
/// </summary>
internal sealed class MongoInstance(int slot)
{
    /// <summary>How many slots there are.</summary>
    public const int Slots = 16;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>Between renewals of the slot.</summary>
    public static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(10);

    /// <summary>Unique for ever.</summary>
    public BsonBinaryData Name { get; } = MongoIds.Binary(Guid.CreateVersion7().ToByteArray(bigEndian: true));

    /// <summary>From 0 to below <see cref="Slots"/>.</summary>
    public int Slot => slot;

    /// <summary>Takes the lowest slot that nobody has, or any when all are taken.</summary>
    public static async Task<MongoInstance> Enter(MongoDatabase database, TimeProvider clock)
    {
        var now = clock.GetUtcNow().UtcTicks;
        for (var slot = 0; slot < Slots; slot++)
        {
            var instance = new MongoInstance(slot);
            if (await instance.Take(database, now)) return instance;
        }

        return new MongoInstance(Random.Shared.Next(Slots));
    }

    /// <summary>Keeps the slot.</summary>
    public Task Renew(MongoDatabase database, TimeProvider clock) => database.Instances.UpdateOneAsync(
        Builders<BsonDocument>.Filter.Eq("_id", slot) & Builders<BsonDocument>.Filter.Eq("name", Name),
        Builders<BsonDocument>.Update.Set("until", clock.GetUtcNow().UtcTicks + Lease.Ticks));

    /// <summary>Gives the slot back.</summary>
    public Task Leave(MongoDatabase database) => database.Instances.DeleteOneAsync(
        Builders<BsonDocument>.Filter.Eq("_id", slot) & Builders<BsonDocument>.Filter.Eq("name", Name));

    private async Task<bool> Take(MongoDatabase database, long now)
    {
        var mine = new BsonDocument { { "_id", slot }, { "name", Name }, { "until", now + Lease.Ticks } };
        try
        {
            var result = await database.Instances.ReplaceOneAsync(
                Builders<BsonDocument>.Filter.Eq("_id", slot) & Builders<BsonDocument>.Filter.Lt("until", now), mine,
                new ReplaceOptions { IsUpsert = true });
            return result.ModifiedCount == 1 || result.UpsertedId is not null;
        }
        catch (Exception taken) when (MongoFailures.KindOf(taken) == FailureKind.Conflict)
        {
            return false;
        }
    }
}
