using System.Net;
using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;

namespace Distribution.Tests.Support;

/// <summary>The container engine of this machine, as Testcontainers finds it: by DOCKER_HOST, its own settings, or the usual
/// sockets.</summary>
public static class ContainerEngine
{
    // An engine that answers does so at once; a busy machine takes its time.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(15);

    // Not of those that the system gives to connections, which come and go, nor of those that the local system takes.
    private const int FirstPort = 10_000;
    private const int LastPort = 12_000;

    private static readonly Lazy<string?> Checked = new(Check);
    private static readonly HashSet<int> Given = [];

    /// <summary>Why there are no containers here, or null. Looked at once.</summary>
    public static string? Missing => Checked.Value;

    /// <summary>
    /// A port for a container that is to have the same address after it was stopped and started: the engine gives another
    /// one each time, unless it is told which.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(FirstPort, LastPort);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                lock (Given)
                    if (Given.Add(port)) return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }

    /// <summary>Starts a container. Null, or why its image cannot be had here.</summary>
    public static async Task<string?> Start(DockerContainer container, TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        try
        {
            await container.StartAsync(limit.Token);
            return null;
        }
        catch (Exception failure) when (container.CreatedTime == default)
        {
            return $"{container.Image.FullName} cannot be had: {failure.GetBaseException().Message}";
        }
        catch (OperationCanceledException failure) when (limit.IsCancellationRequested)
        {
            var (said, complained) = await container.GetLogsAsync(timestampsEnabled: false);
            throw new TimeoutException(
                $"Not within {within.TotalSeconds:0} s: {container.Image.FullName} is ready.\n{said}\n{complained}", failure);
        }
    }

    /// <summary>SIGKILL to all that runs in a container. What it has written stays.</summary>
    public static async Task Kill(IContainer container)
    {
        using var engine = Client();
        await engine.Containers.KillContainerAsync(container.Id, new ContainerKillParameters { Signal = "SIGKILL" });
        await engine.Containers.WaitContainerAsync(container.Id);
    }

    /// <summary>Starts a container again that was killed. It need not be ready when this returns.</summary>
    public static async Task StartAgain(IContainer container)
    {
        using var engine = Client();
        await engine.Containers.StartContainerAsync(container.Id, new ContainerStartParameters());
    }

    private static DockerClient Client() => TestcontainersSettings.OS.DockerEndpointAuthConfig.GetDockerClientBuilder().Build();

    private static string? Check()
    {
        try
        {
            // The first use asks every engine that there could be.
            var asking = Task.Run(() => TestcontainersSettings.OS.DockerEndpointAuthConfig is not null);
            if (!asking.Wait(AnswerLimit)) return $"there are no containers: no engine has answered within {AnswerLimit.TotalSeconds:0} s";
            return asking.Result ? null : "there are no containers: no engine answers, by DOCKER_HOST or at the usual sockets";
        }
        catch (AggregateException failure)
        {
            return $"there are no containers: {failure.GetBaseException().Message}";
        }
    }
}
