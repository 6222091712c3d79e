using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Distribution.SystemTests.Hostile;

/// <summary>What came back: the status, the header lines, and the body.</summary>
public sealed record RawAnswer(int Status, string Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? Header(string name) => Headers.Split("\r\n").FirstOrDefault(
        line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
}

/// <summary>A connection that sends bytes as they are: no library puts right what is wrong with them.</summary>
public sealed class RawHttp(Uri address) : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    private readonly byte[] _buffer = new byte[64 * 1024];
    private TcpClient? _connection;
    private int _at;
    private int _end;

    /// <summary>Sends a request and reads its answer; null where the other side closed without one.</summary>
    /// <param name="request">The bytes.</param>
    /// <param name="isLast">Nothing comes after it on this connection, which the other side is told when it is sent.</param>
    /// <exception cref="TimeoutException">Neither came in time.</exception>
    public async Task<RawAnswer?> Send(byte[] request, bool isLast)
    {
        using var limit = new CancellationTokenSource(AnswerLimit);
        if (isLast) Drop();
        try
        {
            var isOld = _connection is not null;
            var answer = await Try(request, isLast, limit.Token);
            // The other side may have closed an idle connection just now.
            return answer ?? (isOld ? await Try(request, isLast, limit.Token) : null);
        }
        catch (OperationCanceledException)
        {
            Drop();
            throw new TimeoutException($"no answer within {AnswerLimit.TotalSeconds} s");
        }
        finally
        {
            if (isLast) Drop();
        }
    }

    public void Dispose() => Drop();

    private async Task<RawAnswer?> Try(byte[] request, bool isLast, CancellationToken cancel)
    {
        try
        {
            if (_connection is null)
            {
                _connection = new TcpClient();
                await _connection.ConnectAsync(address.Host, address.Port, cancel);
            }

            var stream = _connection.GetStream();
            // What is refused before it was read whole may not be taken whole.
            var sending = Sent(stream, request, isLast, cancel);
            var answer = await Read(stream, cancel);
            await sending;
            if (answer is null || string.Equals(answer.Header("Connection"), "close", StringComparison.OrdinalIgnoreCase)) Drop();
            return answer;
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            Drop();
            return null;
        }
    }

    private async Task Sent(NetworkStream stream, byte[] request, bool isLast, CancellationToken cancel)
    {
        try
        {
            await stream.WriteAsync(request, cancel);
            if (isLast) _connection!.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            // The answer says why.
        }
    }

    private void Drop()
    {
        _connection?.Dispose();
        _connection = null;
        _at = _end = 0;
    }

    private async Task<RawAnswer?> Read(NetworkStream stream, CancellationToken cancel)
    {
        while (true)
        {
            if (await Line(stream, cancel) is not { } status) return null;
            var headers = new StringBuilder();
            while (await Line(stream, cancel) is { Length: > 0 } header) headers.Append(header).Append("\r\n");
            var code = int.Parse(status.Split(' ')[1], CultureInfo.InvariantCulture);
            if (code == 100) continue;
            var answer = new RawAnswer(code, headers.ToString(), []);
            return code is 204 or 304 ? answer
                : answer.Header("Transfer-Encoding") is not null ? answer with { Body = await Chunks(stream, cancel) }
                : answer.Header("Content-Length") is { } length
                    ? answer with { Body = await Bytes(stream, int.Parse(length, CultureInfo.InvariantCulture), cancel) }
                    : answer;
        }
    }

    private async Task<byte[]> Chunks(NetworkStream stream, CancellationToken cancel)
    {
        var body = new MemoryStream();
        while (await Line(stream, cancel) is { } size)
        {
            var bytes = await Bytes(stream, int.Parse(size, NumberStyles.HexNumber, CultureInfo.InvariantCulture), cancel);
            body.Write(bytes);
            await Line(stream, cancel);
            if (bytes.Length == 0) break;
        }

        return body.ToArray();
    }

    private async Task<byte[]> Bytes(NetworkStream stream, int count, CancellationToken cancel)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            if (_at == _end && !await Fill(stream, cancel)) throw new IOException("cut off");
            var taken = Math.Min(count - at, _end - _at);
            _buffer.AsSpan(_at, taken).CopyTo(bytes.AsSpan(at));
            (_at, at) = (_at + taken, at + taken);
        }

        return bytes;
    }

    private async Task<string?> Line(NetworkStream stream, CancellationToken cancel)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_at == _end && !await Fill(stream, cancel)) return null;
            var next = (char)_buffer[_at++];
            if (next == '\n') return line.ToString();
            if (next != '\r') line.Append(next);
        }
    }

    private async Task<bool> Fill(NetworkStream stream, CancellationToken cancel)
    {
        (_at, _end) = (0, await stream.ReadAsync(_buffer, cancel));
        return _end > 0;
    }
}
