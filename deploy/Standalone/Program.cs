using Distribution.Access;
using Distribution.Administration;
using Distribution.Demo;
using Distribution.Gateway;
using Distribution.Inventory;
using Distribution.Platform.Hosting;
using Distribution.Platform.Modules;
using Distribution.Platform.Storage;
using Distribution.Shipment;
using Distribution.Storage.Embedded;
using Distribution.Storage.MongoDb;

const string Demo = "--demo";

return await CommandLine.Run("Distribution", args, async () =>
{
    IReadOnlyList<IServiceModule> modules =
        [
        new InventoryModule(), new ShipmentModule(), new AdministrationModule(), new AccessModule(), new GatewayModule(proxy: false),
    ];
    IReadOnlyList<IStoreProvider> stores = [new EmbeddedStores(), new MongoProvider()];
    if (await ServiceHost.Command(args, modules, stores) is { } done) return done;
    var app = ServiceHost.Build([.. args.Where(argument => argument != Demo)], modules, stores);
    await app.StartAsync();
    var address = app.Urls.First();
    Console.WriteLine($"Distribution serves at {address}");
    Console.WriteLine($"  screen   {address}/");
    Console.WriteLine($"  API      {address}/docs");
    Console.WriteLine($"  health   {address}/health/ready");
    var posting = args.Contains(Demo) ? DemoRun.Run(address, app.Lifetime.ApplicationStopping) : Task.CompletedTask;
    await app.WaitForShutdownAsync();
    await posting;
    return 0;
}, (Demo, "fill an empty folder with two invented countries, and keep posting"));
