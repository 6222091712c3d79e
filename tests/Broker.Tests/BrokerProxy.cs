using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Distribution.Broker.Tests;

/// <summary>What becomes of the bytes between the services and the broker.</summary>
internal enum Line
{
    /// <summary>They are passed on.</summary>
    Whole,

    /// <summary>Every connection is reset, and every new one too.</summary>
    Cut,

    /// <summary>They wait, both ways, and are passed on later: packets were lost and are sent again.</summary>
    Stalled,

    /// <summary>They are passed on late.</summary>
    Slow,

    /// <summary>They are thrown away, both ways, and the connection never carries anything again.</summary>
    Silent,

    /// <summary>What the services send is thrown away, and what the broker sends arrives.</summary>
    OneWay,
}

/// <summary>
/// The network between the services and one node of the broker, to be disturbed by a test. It listens before there is a
/// broker, and asks where the node is when a connection comes.
/// </summary>
internal sealed class BrokerProxy : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;
    private const int DelayMillisecondsMax = 60;
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(20);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Connection, byte> _connections = new();
    private readonly Task _accepting;
    private volatile Line _line = Line.Whole;

    public BrokerProxy()
    {
        _listener.Start();
        _accepting = Accept();
    }

    /// <summary>Where the services reach the node by this proxy.</summary>
    public string Address => $"amqp://guest:guest@127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>Tells where the node itself listens; null while that is not known.</summary>
    public Func<Uri?> Node { get; set; } = () => null;

    /// <summary>How many connections there are.</summary>
    public int Connections => _connections.Count;

    /// <summary>Disturbs, or mends, the network. What was thrown away stays lost: its connections stay dead.</summary>
    public void Become(Line line)
    {
        _line = line;
        if (line == Line.Cut) foreach (var connection in _connections.Keys) connection.Dispose();
    }

    /// <summary>Ends one direction of every connection, and leaves the other open.</summary>
    public void HalfClose(bool towardsBroker)
    {
        foreach (var connection in _connections.Keys) connection.HalfClose(towardsBroker);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        foreach (var connection in _connections.Keys) connection.Dispose();
        await _accepting;
        _stop.Dispose();
        _listener.Dispose();
    }

    private async Task Accept()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var service = await _listener.AcceptSocketAsync(_stop.Token);
                service.NoDelay = true;
                var connection = new Connection(this, service);
                _connections.TryAdd(connection, 0);
                _ = Carry(connection);
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The listener was stopped, or the one who knocked has gone.
            }
        }
    }

    private async Task Carry(Connection connection)
    {
        await connection.Carry();
        _connections.TryRemove(connection, out _);
    }

    private sealed class Connection(BrokerProxy proxy, Socket service) : IDisposable
    {
        private readonly Socket _broker = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private volatile bool _lostToBroker;
        private volatile bool _lostToService;

        public async Task Carry()
        {
            try
            {
                if (proxy._line == Line.Cut || proxy.Node() is not { } node) return;
                await _broker.ConnectAsync(IPAddress.Loopback, node.Port, proxy._stop.Token);
                await Task.WhenAll(Pump(service, _broker, towardsBroker: true), Pump(_broker, service, towardsBroker: false));
            }
            catch (Exception ended) when (ended is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Either end closed or was reset; so is the other now.
            }
            finally
            {
                Dispose();
            }
        }

        /// <summary>Resets both ends.</summary>
        public void Dispose()
        {
            foreach (var socket in new[] { service, _broker }) socket.Close(timeout: 0);
        }

        public void HalfClose(bool towardsBroker)
        {
            try
            {
                (towardsBroker ? _broker : service).Shutdown(SocketShutdown.Send);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // It has ended by itself.
            }
        }

        private async Task Pump(Socket from, Socket to, bool towardsBroker)
        {
            var buffer = new byte[BufferBytes];
            try
            {
                while (true)
                {
                    var read = await from.ReceiveAsync(buffer, proxy._stop.Token);
                    while (proxy._line == Line.Stalled) await Task.Delay(PollWait, proxy._stop.Token);
                    var line = proxy._line;
                    if (line == Line.Slow) await Task.Delay(Random.Shared.Next(DelayMillisecondsMax), proxy._stop.Token);
                    if (towardsBroker && line is (Line.Silent or Line.OneWay)) _lostToBroker = true;
                    if (!towardsBroker && line is Line.Silent) _lostToService = true;
                    if (towardsBroker ? _lostToBroker : _lostToService)
                    {
                        // Not even its end is told.
                        if (read == 0) return;
                        continue;
                    }

                    if (read == 0)
                    {
                        to.Shutdown(SocketShutdown.Send);
                        return;
                    }

                    for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), proxy._stop.Token);
                }
            }
            catch (Exception)
            {
                // What one end has torn the other learns, unless the network tells nothing any more.
                if (!(towardsBroker ? _lostToBroker : _lostToService)) Dispose();
                throw;
            }
        }
    }
}
