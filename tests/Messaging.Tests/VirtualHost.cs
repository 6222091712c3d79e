using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;
using RabbitMQ.Client;

namespace Distribution.Messaging.Tests;

/// <summary>A virtual host of the broker, which is a broker of its own to all who know only it, and what an operator sees of it.</summary>
internal sealed class VirtualHost(RabbitServer server)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly string _name = $"test{Guid.NewGuid():N}"[..16];

    /// <summary>Where services reach it.</summary>
    public string Address => server.Address + _name;

    /// <summary>Makes it, with nothing in it.</summary>
    public async Task Make()
    {
        // The management is up a little later than the broker itself.
        await Condition.Until("the broker has made a virtual host", Limit, async () =>
        {
            try
            {
                using var answer = await server.Management.PutAsJsonAsync($"vhosts/{_name}", new JsonObject());
                return answer.IsSuccessStatusCode ? null : $"{answer.StatusCode}";
            }
            catch (HttpRequestException failure)
            {
                return failure.Message;
            }
        });
    }

    /// <summary>Deletes it with all that is in it. Those who are connected are thrown out.</summary>
    public async Task Delete()
    {
        using var answer = await server.Management.DeleteAsync($"vhosts/{_name}");
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>What the broker says of a queue, or null where there is none.</summary>
    public Task<JsonNode?> Queue(string name) => Get($"queues/{_name}/{name}");

    /// <summary>What the broker says of an exchange, or null where there is none.</summary>
    public Task<JsonNode?> Exchange(string name) => Get($"exchanges/{_name}/{name}");

    /// <summary>The names of all its queues.</summary>
    public async Task<IReadOnlyList<string>> Queues() =>
        [.. (await Get($"queues/{_name}"))!.AsArray().Select(queue => (string)queue!["name"]!)];

    /// <summary>Where an exchange takes its messages to, as <c>queue NAME</c> or <c>exchange NAME</c>.</summary>
    public async Task<IReadOnlyList<string>> Targets(string exchange) =>
        [.. (await Get($"exchanges/{_name}/{exchange}/bindings/source"))!.AsArray()
            .Select(binding => $"{binding!["destination_type"]} {binding["destination"]}")];

    /// <summary>Deletes a queue with all that is in it.</summary>
    public async Task DeleteQueue(string name)
    {
        using var answer = await server.Management.DeleteAsync($"queues/{_name}/{name}");
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>From now on a queue takes no more than so many messages.</summary>
    public async Task LimitQueue(string name, int messages)
    {
        var policy = new JsonObject
        {
            ["pattern"] = $"^{name.Replace(".", "\\.", StringComparison.Ordinal)}$",
            ["apply-to"] = "queues",
            ["definition"] = new JsonObject { ["max-length"] = messages },
        };
        using var answer = await server.Management.PutAsJsonAsync($"policies/{_name}/limit", policy);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Ends <see cref="LimitQueue"/>.</summary>
    public async Task UnlimitQueue()
    {
        using var answer = await server.Management.DeleteAsync($"policies/{_name}/limit");
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A connection such as any client has.</summary>
    public Task<IConnection> Connect() => new ConnectionFactory { Uri = new Uri(Address) }.CreateConnectionAsync();

    /// <summary>How many messages wait in a queue.</summary>
    public async Task<uint> Waiting(string queue)
    {
        await using var connection = await Connect();
        await using var channel = await connection.CreateChannelAsync();
        return await channel.MessageCountAsync(queue);
    }

    /// <summary>Takes so many messages out of a queue, as they come; their ids.</summary>
    public async Task<IReadOnlyList<Guid>> Take(string queue, int count)
    {
        await using var connection = await Connect();
        await using var channel = await connection.CreateChannelAsync();
        var taken = new List<Guid>();
        await Condition.Until($"{count} messages are in {queue}", Limit, async () =>
        {
            while (await channel.BasicGetAsync(queue, autoAck: true) is { } message)
                taken.Add(Guid.Parse(message.BasicProperties.MessageId!));
            return taken.Count >= count ? null : $"{taken.Count}";
        });
        return taken;
    }

    private async Task<JsonNode?> Get(string path)
    {
        using var answer = await server.Management.GetAsync(path);
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync());
    }
}
