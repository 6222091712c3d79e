using System.Buffers;
using Distribution.Platform.Refusals;
using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Web;

/// <summary>A request's whole body in a pooled buffer, or the refusal of one that is too long.</summary>
public sealed class RequestBody : IDisposable
{
    /// <summary>Bytes of a body at most.</summary>
    public const int BytesMax = 8 * 1024 * 1024;

    /// <summary>Bytes that all bodies which are held at the same time may take.</summary>
    public const long AllBytesMax = 256 * 1024 * 1024;

    private const int FirstBytes = 64 * 1024;

    private static long _allBytes;

    private byte[] _buffer;
    private int _length;

    private readonly int _bytesMax;

    private RequestBody(int bytesMax) => (_bytesMax, _buffer) = (bytesMax, Rent(FirstBytes));

    /// <summary>Whether it begins with the mark by which a file says that it is UTF-8.</summary>
    public bool HasByteOrderMark => Whole.Span.StartsWith(Ndjson.ByteOrderMark);

    /// <summary>The body, without a byte order mark. Valid until this is disposed of.</summary>
    public ReadOnlyMemory<byte> Bytes => HasByteOrderMark ? Whole[Ndjson.ByteOrderMark.Length..] : Whole;

    private ReadOnlyMemory<byte> Whole => _buffer.AsMemory(0, _length);

    /// <summary>Why it was not read, or null.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>Reads a body to its end.</summary>
    /// <param name="http">The request.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="bytesMax">How long it may be, in bytes, up to <see cref="BytesMax"/>.</param>
    public static async Task<RequestBody> Read(HttpContext http, CancellationToken cancel, int bytesMax = BytesMax)
    {
        var body = new RequestBody(bytesMax);
        try
        {
            await body.Fill(http, cancel);
            return body;
        }
        catch
        {
            // Who is not given a body cannot let go of it.
            body.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    // By what has come, not by what is announced: that costs the sender nothing.
    private async Task Fill(HttpContext http, CancellationToken cancel)
    {
        var reader = http.Request.BodyReader;
        var fits = !(http.Request.ContentLength > _bytesMax);
        while (fits)
        {
            var read = await reader.ReadAsync(cancel);
            fits = Append(read.Buffer);
            reader.AdvanceTo(read.Buffer.End);
            if (Interlocked.Read(ref _allBytes) > AllBytesMax)
            {
                http.Response.Headers.RetryAfter = "1";
                Refusal = new Refusal(StatusCodes.Status503ServiceUnavailable, "Too many bodies at once",
                    "Other requests that are underway hold all the memory there is for bodies. Send the same request again: it is counted "
                        + "once.");
                return;
            }

            if (fits && read.IsCompleted) return;
        }

        Refusal = new Refusal(StatusCodes.Status413PayloadTooLarge, "Body too large",
            $"The body is longer than {_bytesMax} bytes: send it in several, or as {Ndjson.MediaType} where that is taken. Nothing was "
                + "counted.");
    }

    private static byte[] Rent(long bytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)bytes);
        Interlocked.Add(ref _allBytes, buffer.Length);
        return buffer;
    }

    private static void Return(byte[] buffer)
    {
        Interlocked.Add(ref _allBytes, -buffer.Length);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private bool Append(in ReadOnlySequence<byte> bytes)
    {
        var length = _length + bytes.Length;
        if (length > _bytesMax) return false;
        if (length > _buffer.Length)
        {
            var larger = Rent(Math.Min(_bytesMax, Math.Max(length, _buffer.Length * 2L)));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            Return(_buffer);
            _buffer = larger;
        }

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length = (int)length;
        return true;
    }
}
