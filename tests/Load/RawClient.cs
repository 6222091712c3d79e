using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Distribution.Load;

/// <summary>
/// One connection that sends the same GET again and again: HTTP/1.1 over a bare socket, so that many thousand requests a
/// second leave the processors to the server. It takes answers with a Content-Length only.
/// </summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[64 * 1024];

    /// <summary>Connects.</summary>
    public async Task Connect(Uri server, CancellationToken cancel) =>
        await _socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(server.Host), server.Port), cancel);

    /// <summary>The bytes of a request.</summary>
    public static byte[] Request(Uri server, string path) =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {server.Authority}\r\nAccept: application/json\r\n\r\n");

    /// <summary>Sends a request and reads the answer whole.</summary>
    /// <returns>The status, and the body, valid until the next request.</returns>
    /// <exception cref="LoadFailure">The answer is not what this client understands.</exception>
    public async ValueTask<(int Status, ReadOnlyMemory<byte> Body)> Get(ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        await _socket.SendAsync(request, SocketFlags.None, cancel);
        int length = 0, end;
        while ((end = _buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0) length += await Receive(length, cancel);
        var (status, body) = Head(_buffer.AsSpan(0, end + 2));
        var whole = end + 4 + body;
        if (whole > _buffer.Length) Array.Resize(ref _buffer, whole);
        while (length < whole) length += await Receive(length, cancel);
        return (status, _buffer.AsMemory(end + 4, body));
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask<int> Receive(int at, CancellationToken cancel)
    {
        if (at == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var received = await _socket.ReceiveAsync(_buffer.AsMemory(at), SocketFlags.None, cancel);
        return received > 0 ? received : throw new LoadFailure("the server closed a connection in the middle of an answer");
    }

    private static (int Status, int Length) Head(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        return Utf8Parser.TryParse(head["HTTP/1.1 ".Length..], out int status, out _)
            && at >= 0 && Utf8Parser.TryParse(head[(at + "Content-Length: ".Length)..], out int length, out _)
                ? (status, length)
                : throw new LoadFailure($"an answer without a length: {Encoding.ASCII.GetString(head)}");
    }
}
