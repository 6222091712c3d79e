using Distribution.Shipment;
using Distribution.Platform.Hosting;

return await ServiceHost.Run("Shipment", args, [new ShipmentModule()]);
