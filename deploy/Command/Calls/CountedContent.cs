using System.Net;

namespace Distribution.Command.Calls;

/// <summary>A file as the body of a request, which tells how much of it has been sent.</summary>
/// <param name="file">The file.</param>
/// <param name="sent">Is told the bytes that have been sent; or null.</param>
internal sealed class CountedContent(FileStream file, Action<long>? sent) : HttpContent
{
    private const int BlockBytes = 64 * 1024;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var block = new byte[BlockBytes];
        for (int read; (read = await file.ReadAsync(block, cancellationToken)) > 0;)
        {
            await stream.WriteAsync(block.AsMemory(0, read), cancellationToken);
            sent?.Invoke(file.Position);
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = file.Length;
        return true;
    }
}
