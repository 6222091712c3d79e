using Distribution.Access;
using Distribution.Access.Features;
using Distribution.Administration;
using Distribution.Demo;
using Distribution.Gateway;
using Distribution.Inventory;
using Distribution.Platform.Hosting;
using Distribution.Platform.Identity;
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
    var app = ServiceHost.Build([.. args.Select(argument => argument == Demo ? CommandLine.Open : argument)], modules, stores);
    await app.StartAsync();
    var address = app.Urls.First();
    Console.WriteLine($"Distribution serves at {address}");
    var links = app.Services.GetRequiredService<SignInSettings>().Required ? app.Services.GetRequiredService<SignInLinks>() : null;
    Console.WriteLine(links is null ? $"  screen   {address}/" : $"  sign in  {address}/#code={links.New()}");
    Console.WriteLine($"  API      {address}/docs");
    Console.WriteLine($"  health   {address}/health/ready");
    Console.WriteLine(links is null
        ? "  open     nobody is asked to sign in; only this machine is served"
        : "           the link holds once, for ten minutes; the key administrator.key in the data folder signs in always");
    var posting = args.Contains(Demo) ? DemoRun.Run(address, app.Lifetime.ApplicationStopping) : Task.CompletedTask;
    await app.WaitForShutdownAsync();
    await posting;
    return 0;
}, (Demo, "fill an empty folder with two invented countries, and keep posting"));
