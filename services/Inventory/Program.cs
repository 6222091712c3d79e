using Distribution.Inventory;
using Distribution.Platform.Hosting;
using Distribution.Storage.Embedded;
using Distribution.Storage.MongoDb;

return await ServiceHost.Run("Inventory", args, [new InventoryModule()], [new EmbeddedStores(), new MongoProvider()]);
