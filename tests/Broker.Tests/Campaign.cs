using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Distribution.Broker.Tests;

/// <summary>The system under the campaign, and what all faults need to know of it.</summary>
internal sealed class Campaign(LocalSystem system, ApiClient api, IReadOnlyList<BrokerProxy> proxies, Random random, bool isLong)
{
    private static readonly TimeSpan ConditionLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(100);

    public static IReadOnlyList<string> Nodes { get; } = ["broker1", "broker2", "broker3"];

    public LocalSystem System => system;

    public ApiClient Api => api;

    public IReadOnlyList<BrokerProxy> Proxies => proxies;

    /// <summary>For every choice: its seed is printed.</summary>
    public Random Random => random;

    /// <summary>Whether there is time for everything.</summary>
    public bool IsLong => isLong;

    /// <summary>How long something lasts: short in CI.</summary>
    public Task Last(double seconds, double secondsLong) => Task.Delay(TimeSpan.FromSeconds(isLong ? secondsLong : seconds));

    /// <summary>Some of the load before or while something goes wrong.</summary>
    public Task SomeLoad(Load load) => load.Answers(random.Next(5, 25));

    /// <summary>The nodes in another order each time.</summary>
    public string[] ShuffledNodes()
    {
        string[] nodes = [.. Nodes];
        random.Shuffle(nodes);
        return nodes;
    }

    /// <summary>The node that most connections of the services go to.</summary>
    public string BusiestNode() => Nodes[Enumerable.Range(0, Nodes.Count).MaxBy(node => proxies[node].Connections)];

    /// <summary>SIGKILLs processes at once and waits until each has been started again.</summary>
    public async Task KillAndRestart(params string[] names)
    {
        var starts = names.ToDictionary(name => name, system.Starts);
        await Task.WhenAll(names.Select(system.Kill));
        foreach (var name in names) await Until(() => Task.FromResult(Started(name) > starts[name]), $"{name} is started again");

        int Started(string name)
        {
            try
            {
                return system.Starts(name);
            }
            catch (Exception written) when (written is FormatException or IOException)
            {
                return 0;
            }
        }
    }

    /// <summary>Ends a node of the broker in good order, and keeps it from being started again.</summary>
    public async Task Stop(string node)
    {
        system.Hold(node);
        await system.Terminate(node);
        await Until(async () =>
        {
            using var knock = new TcpClient();
            try
            {
                await knock.ConnectAsync(IPAddress.Loopback, system.AddressOf(node).Port);
                return false;
            }
            catch (SocketException)
            {
                return true;
            }
        }, $"{node} listens no more");
    }

    /// <summary>Waits until a node of the broker takes connections and knows the queues.</summary>
    public Task Serves(string node) => Until(async () =>
    {
        try
        {
            await using var connection = await Connect(node);
            await using var channel = await connection.CreateChannelAsync();
            await channel.QueueDeclarePassiveAsync(Poison.Queue);
            return true;
        }
        catch (Exception away) when (away is BrokerUnreachableException or OperationInterruptedException or IOException
            or OperationCanceledException)
        {
            return false;
        }
    }, $"{node} serves");

    public Task<IConnection> Connect(string node) => new ConnectionFactory
    {
        Uri = system.AddressOf(node),
        AutomaticRecoveryEnabled = false,
        RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
        ContinuationTimeout = TimeSpan.FromSeconds(5),
    }.CreateConnectionAsync();

    /// <summary>A figure of a part's health, as the gateway shows it; null when the part does not answer.</summary>
    public async Task<long?> Health(string part, string figure)
    {
        try
        {
            var answer = JsonNode.Parse(await api.Http.GetStringAsync("health/ready"))!;
            return (long?)answer["checks"]![part]!["data"]![figure];
        }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>Waits for a condition; the limit only turns a hang into a failure.</summary>
    public static async Task Until(Func<Task<bool>> holds, string what)
    {
        var until = DateTime.UtcNow + ConditionLimit;
        while (!await holds())
        {
            if (DateTime.UtcNow > until) throw new TimeoutException($"Waited {ConditionLimit.TotalMinutes} minutes in vain until {what}.");
            await Task.Delay(PollWait);
        }
    }
}
