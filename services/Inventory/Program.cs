using Distribution.Inventory;
using Distribution.Platform.Hosting;
using Distribution.Platform.MongoDb;
using Distribution.Platform.Storage.Sqlite;

return await ServiceHost.Run("Inventory", args, [new InventoryModule()], [new SqliteProvider(), new MongoProvider()]);
