using Distribution.Administration;
using Distribution.Platform.Hosting;

return await ServiceHost.Run("Administration", args, [new AdministrationModule()]);
