using Distribution.Platform.Hosting;
using Distribution.Platform.MongoDb;
using Distribution.Platform.Storage.Sqlite;
using Distribution.Shipment;

return await ServiceHost.Run("Shipment", args, [new ShipmentModule()], [new SqliteProvider(), new MongoProvider()]);
