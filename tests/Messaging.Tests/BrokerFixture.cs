using Distribution.Messaging.Tests;
using Distribution.Tests.Support;

[assembly: AssemblyFixture(typeof(BrokerFixture))]
// There is one broker, and some tests stop it.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Distribution.Messaging.Tests;

/// <summary>One broker for all; each test has a virtual host of its own in it.</summary>
public sealed class BrokerFixture : IAsyncLifetime
{
    public RabbitServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RabbitServer.Start();

    // There is none where it did not start.
    public ValueTask DisposeAsync() => Server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>What the tests have in common: a virtual host where nothing is declared yet, and the instances that a test starts.</summary>
public abstract class BrokerTests(BrokerFixture fixture) : IAsyncLifetime
{
    /// <summary>Generous: it is only waited for in full where something is wrong.</summary>
    protected static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly List<Instance> _instances = [];

    internal VirtualHost Broker { get; private set; } = null!;

    protected RabbitServer Server => fixture.Server;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Server.Missing is not null, Server.Missing ?? "");
        Broker = new VirtualHost(Server);
        await Broker.Make();
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Server.Missing is not null) return;
        foreach (var instance in _instances) await instance.DisposeAsync();
        await Broker.Delete();
    }

    /// <summary>Starts an instance of a service, and waits until it consumes.</summary>
    internal async Task<Instance> Start(ProbeModule module)
    {
        var instance = await Instance.Start(Broker.Address, module);
        _instances.Add(instance);
        await instance.Consumes();
        return instance;
    }
}
