using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Distribution.Platform.Web;

/// <summary>
/// Keeps the limit of bodies that are longer than their route allows, or do not say beforehand how long they are. The
/// server's own limit breaks the connection under a client that is still sending, which may never see the answer; here
/// the server takes what still comes for a while and drops it.
/// </summary>
internal sealed class LimitedBody(Stream body, long bytesMax) : Stream
{
    private long _read;

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => false;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    /// <summary>Puts the limit of the request's route onto its body, unless the route takes any length.</summary>
    public static Task Limit(HttpContext http, RequestDelegate next)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false, MaxRequestBodySize: { } bytesMax } limit
            && (http.Request.ContentLength is not { } length || length > bytesMax))
        {
            limit.MaxRequestBodySize = null;
            http.Request.Body = new LimitedBody(http.Request.Body, bytesMax);
        }

        return next(http);
    }

    /// <inheritdoc />
    /// <exception cref="BadHttpRequestException">413: the body is too long.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        _read += read;
        return _read <= bytesMax ? read : throw new BadHttpRequestException(
            "Request body too large.", StatusCodes.Status413PayloadTooLarge);
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A body is read asynchronously.");

    /// <inheritdoc />
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
