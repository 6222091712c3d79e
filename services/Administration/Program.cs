using Distribution.Administration;
using Distribution.Platform.Hosting;
using Distribution.Platform.MongoDb;
using Distribution.Platform.Storage.Sqlite;

return await ServiceHost.Run("Administration", args, [new AdministrationModule()], [new SqliteProvider(), new MongoProvider()]);
