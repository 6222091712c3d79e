using Distribution.Inventory;
using Distribution.Platform.Hosting;

return await ServiceHost.Run("Inventory", args, [new InventoryModule()]);
