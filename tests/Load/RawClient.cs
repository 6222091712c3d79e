using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Unicode;

namespace Distribution.Load;

/// <summary>
/// One connection with one request under way: HTTP/1.1 over a bare socket, so that many thousand requests a second leave
/// the processors to the server. It connects when it has to.
/// </summary>
internal sealed class RawClient(Door server) : IDisposable
{
    private const int HeadBytesMax = 1024;

    // A body that is not longer is copied behind its head, so that both are one packet.
    private const int CopiedBytesMax = 16 * 1024;

    private readonly byte[] _head = new byte[HeadBytesMax + CopiedBytesMax];
    private byte[] _answer = new byte[64 * 1024];
    private Socket? _socket;

    /// <summary>Asks.</summary>
    /// <returns>The status, and the body, valid until the next request.</returns>
    /// <exception cref="IOException">No answer came.</exception>
    public ValueTask<(int Status, ReadOnlyMemory<byte> Body)> Get(string path, CancellationToken cancel)
    {
        Utf8.TryWrite(_head, $"GET {path} HTTP/1.1\r\n{server.HeadLines}Accept: application/json\r\n\r\n", out var length);
        return Send(length, default, cancel);
    }

    /// <summary>Posts.</summary>
    /// <returns>The status, and the body, valid until the next request.</returns>
    /// <exception cref="IOException">No answer came.</exception>
    public ValueTask<(int Status, ReadOnlyMemory<byte> Body)> Post(
        string path, string type, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        Utf8.TryWrite(_head.AsSpan(0, HeadBytesMax),
            $"POST {path} HTTP/1.1\r\n{server.HeadLines}Content-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n",
            out var length);
        if (body.Length > CopiedBytesMax) return Send(length, body, cancel);
        body.CopyTo(_head.AsMemory(length));
        return Send(length + body.Length, default, cancel);
    }

    public void Dispose() => Disconnect();

    private async ValueTask<(int Status, ReadOnlyMemory<byte> Body)> Send(
        int headLength, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        try
        {
            var socket = _socket ??= await Connect(cancel);
            await SendAll(socket, _head.AsMemory(0, headLength), cancel);
            await SendAll(socket, body, cancel);
            int length = 0, end;
            while ((end = _answer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0) length += await Receive(socket, length, cancel);
            var (status, bodyLength) = Head(_answer.AsSpan(0, end + 2));
            if (bodyLength is not { } announced)
            {
                // Only refusals come in pieces of which nobody says the length: their status is enough.
                Disconnect();
                return status != 200 ? (status, default) : throw new LoadFailure("an answer does not say its length");
            }

            var whole = end + 4 + announced;
            if (whole > _answer.Length) Array.Resize(ref _answer, whole);
            while (length < whole) length += await Receive(socket, length, cancel);
            return (status, _answer.AsMemory(end + 4, announced));
        }
        catch (Exception broken) when (broken is SocketException or IOException)
        {
            Disconnect();
            throw new IOException(broken.Message, broken);
        }
    }

    private async ValueTask<Socket> Connect(CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            var address = IPAddress.TryParse(server.Address.Host, out var known)
                ? known : (await Dns.GetHostAddressesAsync(server.Address.Host, AddressFamily.InterNetwork, cancel))[0];
            await socket.ConnectAsync(new IPEndPoint(address, server.Address.Port), cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Disconnect()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private static async ValueTask SendAll(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancel)..];
    }

    private async ValueTask<int> Receive(Socket socket, int at, CancellationToken cancel)
    {
        if (at == _answer.Length) Array.Resize(ref _answer, _answer.Length * 2);
        var received = await socket.ReceiveAsync(_answer.AsMemory(at), SocketFlags.None, cancel);
        return received > 0 ? received : throw new IOException("the server closed the connection");
    }

    private static (int Status, int? Length) Head(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head["HTTP/1.1 ".Length..], out int status, out _))
            throw new LoadFailure($"no answer of HTTP/1.1: {Encoding.ASCII.GetString(head)}");
        var at = head.IndexOf("Content-Length: "u8);
        return at >= 0 && Utf8Parser.TryParse(head[(at + "Content-Length: ".Length)..], out int length, out _)
            ? (status, length) : (status, null);
    }
}
