using Distribution.Platform.Hosting;
using Distribution.Shipment;
using Distribution.Storage.Embedded;
using Distribution.Storage.MongoDb;

return await ServiceHost.Run("Shipment", args, [new ShipmentModule()], [new EmbeddedStores(), new MongoProvider()]);
