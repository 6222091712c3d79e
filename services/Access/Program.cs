using Distribution.Access;
using Distribution.Platform.Hosting;
using Distribution.Storage.Embedded;
using Distribution.Storage.MongoDb;

return await ServiceHost.Run("Access", args, [new AccessModule()], [new EmbeddedStores(), new MongoProvider()]);
