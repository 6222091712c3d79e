using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Testcontainers.RabbitMq;

namespace Distribution.Tests.Support;

/// <summary>A RabbitMQ broker in a container of its own. Where there cannot be one, <see cref="Missing"/> says so.</summary>
public sealed class RabbitServer : IAsyncDisposable
{
    private const string Image = "rabbitmq:4.1-management";
    private const int ManagementPort = 15672;

    // With the image's way to this machine.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(2);
    private readonly RabbitMqContainer? _container;

    private RabbitServer(RabbitMqContainer? container, string? missing)
    {
        (_container, Missing) = (container, missing);
        if (container is null) return;
        Address = new Uri(container.GetConnectionString());
        Management = new HttpClient
        {
            BaseAddress = new Uri($"http://{container.Hostname}:{container.GetMappedPublicPort(ManagementPort)}/api/"),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(Address.UserInfo))) },
        };
    }

    /// <summary>Why there is none, or null.</summary>
    public string? Missing { get; }

    /// <summary>Where it takes connections, as <c>amqp://user:password@host:port/</c>. The same after it was started again.</summary>
    public Uri Address { get; } = new("amqp://127.0.0.1");

    /// <summary>Its management API, below <c>/api/</c>.</summary>
    public HttpClient Management { get; } = new();

    /// <summary>Why there cannot be one here, as far as can be told without starting it, or null.</summary>
    public static string? CannotBe() => ContainerEngine.Missing is { } reason ? $"there is no RabbitMQ broker: {reason}" : null;

    /// <summary>Starts one.</summary>
    public static async Task<RabbitServer> Start()
    {
        if (CannotBe() is { } reason) return new RabbitServer(null, reason);
        var container = new RabbitMqBuilder(Image)
            .WithPortBinding(ContainerEngine.FreePort(), RabbitMqBuilder.RabbitMqPort)
            .WithPortBinding(ContainerEngine.FreePort(), ManagementPort)
            .WithLogger(NullLogger.Instance)
            .Build();
        try
        {
            if (await ContainerEngine.Start(container, StartLimit) is { } missing)
            {
                await container.DisposeAsync();
                return new RabbitServer(null, $"there is no RabbitMQ broker: {missing}");
            }

            var server = new RabbitServer(container, null);
            await server.Serves();
            return server;
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills it with SIGKILL.</summary>
    public Task Kill() => ContainerEngine.Kill(_container!);

    /// <summary>Starts it again after <see cref="Kill"/>, and waits until it takes connections.</summary>
    public async Task StartAgain()
    {
        await ContainerEngine.StartAgain(_container!);
        await Serves();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Management.Dispose();
        if (_container is not null) await _container.DisposeAsync();
    }

    private Task Serves() => Condition.Until("RabbitMQ takes connections", ReadyLimit, async () =>
    {
        try
        {
            await using var connection = await new ConnectionFactory { Uri = Address }.CreateConnectionAsync();
            return null;
        }
        catch (BrokerUnreachableException failure)
        {
            return failure.GetBaseException().Message;
        }
    });
}
