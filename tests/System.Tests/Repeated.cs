using System.Net;

namespace Distribution.SystemTests;

/// <summary>A body of some bytes again and again, whose length nobody is told beforehand.</summary>
internal sealed class Repeated : HttpContent
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int _times;

    public Repeated(ReadOnlyMemory<byte> bytes, int times, string mediaType)
    {
        _bytes = bytes;
        _times = times;
        Headers.ContentType = new(mediaType);
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        for (var i = 0; i < _times; i++) await stream.WriteAsync(_bytes);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
