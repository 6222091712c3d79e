using Distribution.Gateway;
using Distribution.Platform.Hosting;

return await ServiceHost.Run("Gateway", args, [new GatewayModule(proxy: true)], stores: []);
