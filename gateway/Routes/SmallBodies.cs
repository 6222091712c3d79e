using Yarp.ReverseProxy.Forwarder;

namespace Distribution.Gateway.Routes;

/// <summary>
/// Passes a small body on in one piece with its headers. YARP sends the headers first, as a long stream needs it; of a single
/// dose that is a second packet and a second wake-up of the service.
/// </summary>
internal sealed class SmallBodies : ForwarderHttpClientFactory
{
    private const int BytesMax = 16 * 1024;

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        new InOnePiece(base.WrapHandler(context, handler));

    private sealed class InOnePiece(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel) =>
            request.Content is { Headers.ContentLength: <= BytesMax } content ? Load(request, content, cancel) : base.SendAsync(
                request, cancel);

        private async Task<HttpResponseMessage> Load(HttpRequestMessage request, HttpContent content, CancellationToken cancel)
        {
            await content.LoadIntoBufferAsync(BytesMax, cancel);
            return await base.SendAsync(request, cancel);
        }
    }
}
