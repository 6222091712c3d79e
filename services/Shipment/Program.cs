using Distribution.Platform.Hosting;
using Distribution.Shipment;

return await ServiceHost.Run("Shipment", args, [new ShipmentModule()]);
