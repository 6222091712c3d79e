using Distribution.Administration;
using Distribution.Platform.Hosting;
using Distribution.Storage.Embedded;
using Distribution.Storage.MongoDb;

return await ServiceHost.Run("Administration", args, [new AdministrationModule()], [new EmbeddedStores(), new MongoProvider()]);
