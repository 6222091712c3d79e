using System.Text.Json;
using System.Text.Json.Serialization;
using Distribution.Platform.Identity;
using Distribution.Platform.Modules;
using Distribution.Platform.Operations;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Hosting;

/// <summary>Hosts one module, or all of them, in a process: stores, relays, consumers, routes, problems, health.</summary>
public static class ServiceHost
{
    /// <summary>The largest body of an ordinary command, in bytes. Bulk routes set their own limit.</summary>
    public const long BodyBytesMax = 1024 * 1024;

    private const int ConnectionsMax = 10_000;

    /// <summary>Puts a host together.</summary>
    /// <param name="args">The command line: <c>--urls</c>, <c>--data DIR</c>, <c>--secrets DIR</c>, <c>--open</c> and any other
    /// setting.</param>
    /// <param name="modules">What runs here.</param>
    /// <param name="stores">The kinds of store that it can be told to use, the default first; none where no module has a store.</param>
    /// <param name="configure">What this host adds, or null.</param>
    /// <exception cref="StoreUnavailableException">A store cannot be opened, or is not chosen rightly.</exception>
    /// <exception cref="StartRefusedException">It would stand open, or nobody could sign in.</exception>
    public static WebApplication Build(
        string[] args, IReadOnlyList<IServiceModule> modules, IReadOnlyList<IStoreProvider> stores,
        Action<WebApplicationBuilder>? configure = null)
    {
        // Settings are read once: to watch their folder means to be woken by every write to a data folder below it.
        var builder = WebApplication.CreateSlimBuilder(
            [.. args.Where(argument => argument != CommandLine.Open), "--hostBuilder:reloadConfigOnChange=false"]);
        if (args.Contains(CommandLine.Open)) builder.Configuration[SignInSettings.RequiredSetting] = "false";
        builder.AddSecrets();
        if (string.IsNullOrWhiteSpace(builder.Configuration["urls"])) builder.Configuration["urls"] = "http://127.0.0.1:8080";
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // Who asks for the health gets it; a line in the log for each time would hide what the log is for.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        // What keeps the host from starting is told in one line by the command line; what stops it later is critical.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyBytesMax;
            kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
        });
        // A request is handled by the thread that read it: on few processors every handing over costs more than the work.
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.UnsafePreferInlineScheduling = true;
            // Half the receiving, for a few kibibytes that a connection keeps while it is idle.
            sockets.WaitForDataBeforeAllocatingBuffer = false;
        });
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        builder.AddTelemetry(modules);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        });
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddExceptionHandler<ProblemHandler>();
        services.AddApiDescription();
        services.AddPackedAnswers();
        services.AddHealthChecks();
        builder.AddDoors(modules);

        builder.AddStores(modules, stores);
        foreach (var module in modules) module.AddServices(services);
        if (modules.Any(module => module.SignsPeopleIn) && SignInSettings.Of(builder.Configuration).Required)
            services.AddHostedService<KeepAccessList>();
        services.AddMessaging(builder.Configuration, modules);
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseForwardedHeaders();
        app.Use(AnswerHeaders.Add);
        app.UsePackedAnswers();
        app.UseTraceHeader();
        app.UseExceptionHandler();
        app.UseStatusCodePages(FrameworkProblems.Explain);
        app.Use(new FrontDoor(HostNames.Of(app.Configuration)).Check);
        app.UseRouting();
        app.Use(ActivatorUtilities.CreateInstance<SignIn>(app.Services).Check);
        if (app.Services.GetService<RateLimits>() is { } limits) app.Use(limits.Check);
        app.Use(LimitedBody.Limit);
        app.Use(KnownParameters.Check);
        app.MapApiDescription();
        app.MapHealth();
        foreach (var module in modules)
        {
            if (!module.HasStore)
            {
                module.MapEndpoints(app);
                continue;
            }

            var routes = app.MapGroup("").AuditedBy(module.Name);
            module.MapEndpoints(routes);
            routes.MapOperations(module);
        }

        NeededRights.RequireEverywhere(app);
        return app;
    }

    /// <summary>
    /// Does what the command line says where it is a command instead of settings: <c>backup FOLDER TARGET</c> copies the
    /// modules' embedded stores while their process runs, <c>restore BACKUP FOLDER</c> puts such a copy into a new data folder
    /// and checks it, <c>move FOLDER CONNECTION</c> moves them to a MongoDB server (it goes on with a move that was stopped,
    /// and compares both sides at the end), <c>health URL</c> asks a process that runs how it is, <c>sign-in-keys FOLDER</c> makes the
    /// keys that a system needs where people sign in, <c>audit verify FOLDER</c> looks whether the audit is as it was recorded. A module
    /// may have commands of its own.
    /// </summary>
    /// <returns>The process's exit code, or null where the command line is no such command.</returns>
    /// <exception cref="StoreUnavailableException">A store cannot be opened, or something is in the way.</exception>
    /// <exception cref="StartRefusedException">It is a command of another program.</exception>
    public static async Task<int?> Command(string[] args, IReadOnlyList<IServiceModule> modules, IReadOnlyList<IStoreProvider> stores)
    {
        if ((await HealthCommand.Asked(args) ?? await SignInKeysCommand.Asked(args)
            ?? modules.Select(module => module.Command(args)).FirstOrDefault(code => code is not null)) is { } done) return done;
        if (await new StoreCommands(modules, stores).Run(args) is { } well) return well ? 0 : 1;
        return CommandLine.IsCommand(args) ? throw new StartRefusedException($"{args[0]} is a command of another program.") : null;
    }

    /// <summary>
    /// Runs a host until it is told to stop, and says where it serves. A command is done instead (see <see cref="Command"/>).
    /// </summary>
    /// <returns>The process's exit code.</returns>
    public static Task<int> Run(string name, string[] args, IReadOnlyList<IServiceModule> modules, IReadOnlyList<IStoreProvider> stores) =>
        CommandLine.Run(name, args, async () =>
        {
            if (await Command(args, modules, stores) is { } done) return done;
            await using var app = Build(args, modules, stores);
            await app.StartAsync();
            Console.WriteLine($"{name} serves at {app.Urls.First()}");
            await app.WaitForShutdownAsync();
            return 0;
        });
}
