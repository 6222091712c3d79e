using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Distribution.Platform.Web;

/// <summary>One line of an NDJSON body. The bytes are valid until the next line is asked for.</summary>
/// <param name="Number">From 1; blank lines are counted, though never handed out.</param>
/// <param name="Bytes">The line without its end, as far as it could be read.</param>
/// <param name="Problem">Why it could not be read, as a line that was longer than the limit; or null.</param>
/// <param name="Warning">What may not have been meant so, where the line was made from something else; or null.</param>
public readonly record struct NdjsonLine(long Number, ReadOnlyMemory<byte> Bytes, string? Problem = null, string? Warning = null);

/// <summary>Reads NDJSON bodies of any length in bounded memory.</summary>
public static class Ndjson
{
    /// <summary>The media type of such bodies.</summary>
    public const string MediaType = "application/x-ndjson";

    /// <summary>The longest line that is read, in bytes.</summary>
    public const int LineBytesMax = 64 * 1024;

    /// <summary>What a line that is too long is answered with.</summary>
    public static string TooLongReason { get; } = $"the line is longer than {LineBytesMax:N0} bytes: send one record a line";

    /// <summary>What files that were saved on Windows may begin with.</summary>
    public static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The lines of a body, as they come in, without a byte order mark.</summary>
    public static async IAsyncEnumerable<NdjsonLine> Lines(PipeReader body, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var number = 0L;
        var skipping = false;
        var copy = ArrayPool<byte>.Shared.Rent(LineBytesMax);
        SequencePosition? unfinished = null;
        try
        {
            while (true)
            {
                var read = await body.ReadAsync(cancel);
                var buffer = read.Buffer;
                unfinished = buffer.Start;
                while (NextLine(ref buffer, read.IsCompleted, out var line))
                {
                    number++;
                    var tooLong = skipping || line.Length > LineBytesMax;
                    skipping = false;
                    if (tooLong) yield return new NdjsonLine(number, default, TooLongReason);
                    else if (Trim(line, copy, isFirst: number == 1) is { Length: > 0 } bytes)
                        yield return new NdjsonLine(number, bytes);
                }

                if (read.IsCompleted)
                {
                    if (skipping) yield return new NdjsonLine(number + 1, default, TooLongReason);
                    body.AdvanceTo(buffer.End);
                    unfinished = null;
                    yield break;
                }

                if (buffer.Length > LineBytesMax)
                {
                    skipping = true;
                    body.AdvanceTo(buffer.End);
                }
                else body.AdvanceTo(buffer.Start, buffer.End);
                unfinished = null;
            }
        }
        finally
        {
            // Who stops in the middle leaves the connection fit for the server, which reads on.
            if (unfinished is { } start) body.AdvanceTo(start);
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private static bool NextLine(ref ReadOnlySequence<byte> buffer, bool last, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }

        line = buffer;
        if (!last || buffer.IsEmpty) return false;
        buffer = buffer.Slice(buffer.End);
        return true;
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlySequence<byte> line, byte[] copy, bool isFirst)
    {
        ReadOnlyMemory<byte> bytes;
        if (line.IsSingleSegment) bytes = line.First;
        else
        {
            line.CopyTo(copy);
            bytes = copy.AsMemory(0, (int)line.Length);
        }

        var span = bytes.Span;
        int start = isFirst && span.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0, end = span.Length;
        while (start < end && span[start] is (byte)' ' or (byte)'\t' or (byte)'\r') start++;
        while (end > start && span[end - 1] is (byte)' ' or (byte)'\t' or (byte)'\r') end--;
        return bytes[start..end];
    }
}
