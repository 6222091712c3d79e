using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using Microsoft.Extensions.Logging.Abstractions;
using Testcontainers.MongoDb;
using Testcontainers.RabbitMq;

namespace Distribution.Tests.Support;

/// <summary>
/// The distributed system with every part a container of its own, on a network of its own: a broker, a database, the
/// services and the gateway from the images that a machine in production gets. All of it goes when the test ends.
/// </summary>
public sealed class ContainerSystem : IHosting
{
    private const string Gateway = "gateway";
    private const string Broker = "rabbitmq";
    private const string Database = "mongodb";
    private const string User = "distribution";
    private const string Password = "only-for-tests";
    private const int Port = 8080;

    // Succeeds on a member that takes writes, and founds the set where the server knows of none yet.
    private const string Writable =
        "try { rs.status() } catch (failure) { if (failure.codeName !== 'NotYetInitialized') throw failure; " +
        "rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: '" + Database + ":27017' }] }) } if (!db.hello().isWritablePrimary) quit(1)";

    private const string Access = "access";

    private static readonly string[] Services = ["inventory", "shipment", "administration", Access];
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(200);

    // What is published is published for this machine alone.
    private readonly INetwork _network = new NetworkBuilder()
        .WithOption("com.docker.network.bridge.host_binding_ipv4", "127.0.0.1").WithLogger(NullLogger.Instance).Build();
    private readonly Dictionary<string, DockerContainer> _containers = [];
    private readonly ContainerImages _images;
    private Dictionary<string, string> _keys = [];

    private ContainerSystem(ContainerImages images) => _images = images;

    /// <inheritdoc/>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <inheritdoc/>
    public string? Key => _keys[SignInKeys.Administrator];

    /// <summary>The services, the gateway, the broker and the database.</summary>
    public IReadOnlyList<string> Parts => [.. _containers.Keys];

    /// <summary>Starts the system and waits until all of it is ready.</summary>
    /// <param name="images">Our programs.</param>
    /// <param name="instances">Of each service.</param>
    public static async Task<ContainerSystem> Start(ContainerImages images, int instances = 1)
    {
        var system = new ContainerSystem(images);
        try
        {
            await system._network.CreateAsync();
            system._keys = await SignInKeys.Make();
            await system.Run(
                (Broker, new RabbitMqBuilder(ContainerImages.RabbitMq).WithUsername(User).WithPassword(Password)
                    .WithNetwork(system._network).WithNetworkAliases(Broker).WithLogger(NullLogger.Instance).Build()),
                (Database, new MongoDbBuilder(ContainerImages.MongoDb).WithUsername("").WithPassword("")
                    .WithCommand("--replSet", "rs0", "--bind_ip_all", "--setParameter", "transactionLifetimeLimitSeconds=10")
                    .WithNetwork(system._network).WithNetworkAliases(Database).WithLogger(NullLogger.Instance)
                    .WithWaitStrategy(Wait.ForUnixContainer().UntilCommandIsCompleted(["mongosh", "--quiet", "--eval", Writable], Often))
                        .Build()));
            var each = Services.ToDictionary(service => service, service =>
                Enumerable.Range(1, instances).Select(n => n == 1 ? service : $"{service}{n}").ToArray());
            var storage = new Dictionary<string, string>
            {
                ["Storage__Provider"] = "MongoDb",
                ["ConnectionStrings__MongoDb"] = $"mongodb://{Database}:27017/",
            };
            await system.Run([.. await Task.WhenAll(each.SelectMany(service => service.Value.Select(async part =>
                (part, await system.Program(service.Key, part, new(storage)
                {
                    [SignInKeys.Trusted] = system._keys[SignInKeys.Trusted],
                    // Only one of them has to know it.
                    [SignInKeys.Administrator] = service.Key == Access ? system._keys[SignInKeys.Administrator] : "",
                })))))]);
            await system.Run((Gateway, await system.Program(Gateway, Gateway, new(each.ToDictionary(
                service => $"Services__{service.Key}__Address", service =>
                    string.Join(',', service.Value.Select(part => $"http://{part}:{Port}"))))
            {
                [SignInKeys.Signing] = system._keys[SignInKeys.Signing],
                // One caller imports a nation's campaign.
                ["Limits__RequestsPerSecond"] = "10000",
            })));
            system.Address = new Uri(
                $"http://{system._containers[Gateway].Hostname}:{system._containers[Gateway].GetMappedPublicPort(Port)}");
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task Crash(string part)
    {
        await ContainerEngine.Kill(_containers[part]);
        await ContainerEngine.StartAgain(_containers[part]);
    }

    /// <summary>Tells a part to stop (SIGTERM) and waits until it has: its exit code.</summary>
    public async Task<long> Stop(string part)
    {
        await _containers[part].StopAsync();
        return await _containers[part].GetExitCodeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // All of them, whatever one of them says; who listens last goes last.
        var failures = new List<Exception>();
        foreach (var container in _containers.Values.Reverse()) await Try(container.DisposeAsync);
        await Try(_network.DisposeAsync);
        if (failures.Count > 0) throw new AggregateException(failures);

        async Task Try(Func<ValueTask> dispose)
        {
            try
            {
                await dispose();
            }
            catch (Exception failure)
            {
                failures.Add(failure);
            }
        }
    }

    private static void Often(DotNet.Testcontainers.Configurations.IWaitStrategy wait) => wait.WithInterval(PollWait);

    /// <summary>One of ours, hardened as compose.yaml does.</summary>
    private async Task<DockerContainer> Program(string program, string part, Dictionary<string, string> environment) =>
        (DockerContainer)new ContainerBuilder(await _images.Of(program))
        .WithEnvironment(environment)
        .WithEnvironment("Hosts", part)
        // The network is the engine's own, and TLS is done before it.
        .WithEnvironment("BehindProxy", "172.16.0.0/12")
        .WithEnvironment("ConnectionStrings__RabbitMq", program == Access ? "" : $"amqp://{User}:{Password}@{Broker}:5672/")
        .WithNetwork(_network).WithNetworkAliases(part)
        // Not one of the engine's own choice, which is another one after a crash.
        .WithPortBinding(ContainerEngine.FreePort(), Port)
        .WithTmpfsMount("/tmp")
        .WithCreateParameterModifier(create =>
        {
            create.HostConfig ??= new HostConfig();
            create.HostConfig.ReadonlyRootfs = true;
            create.HostConfig.CapDrop = ["ALL"];
            create.HostConfig.SecurityOpt = ["no-new-privileges:true"];
            // A process that ends itself relies on being started again.
            create.HostConfig.RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.UnlessStopped };
        })
        .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(http => http.ForPort(Port).ForPath("/health/ready"), Often))
        .WithLogger(NullLogger.Instance)
        .Build();

    private async Task Run(params (string Part, DockerContainer Container)[] parts)
    {
        foreach (var (part, container) in parts) _containers.Add(part, container);
        var missing = await Task.WhenAll(parts.Select(part => ContainerEngine.Start(part.Container, StartLimit)));
        if (missing.FirstOrDefault(reason => reason is not null) is { } why) throw new InvalidOperationException(why);
    }
}
