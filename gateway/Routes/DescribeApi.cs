using System.Text.Json;
using System.Text.Json.Nodes;
using Distribution.Gateway.Caching;
using Distribution.Gateway.Services;
using Distribution.Platform.Identity;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Gateway.Routes;

/// <summary>
/// The description of the whole API, where the services run in processes of their own and describe only themselves. One
/// that does not answer is described as it was last.
/// </summary>
internal sealed class DescribeApi
{
    /// <summary>A service's description changes only with its version.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(10);

    /// <summary>A process just started is slow to put its first description together, and a page can wait for all of it.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private readonly Refreshed<JsonObject>[] _services;
    private readonly Refreshed<byte[]> _all;

    public DescribeApi(
        ServiceClient services, TimeProvider clock, [FromKeyedServices(ApiDescription.DocumentName)] IOpenApiDocumentProvider own)
    {
        _services = [.. ServiceNames.All.Select(service => new Refreshed<JsonObject>(
            async () => (await services.Get<JsonObject>(
                Caller.Gateway, service, ApiDescription.Path, keep: false, Timeout)).Value, clock))];
        _all = new(async () => await Merge(own), clock);
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(ApiDescription.Path, Handle)
        .ExcludeFromDescription().IsPublic();

    private static async Task<IResult> Handle(DescribeApi described) =>
        Results.Bytes((await described._all.Get(AgeMax))!, "application/json; charset=utf-8");

    private async Task<byte[]> Merge(IOpenApiDocumentProvider own)
    {
        var described = await Task.WhenAll(_services.Select(service => service.Get(AgeMax).AsTask()));
        var gateway = JsonNode.Parse(await ApiDescription.Write(own))!.AsObject();
        return JsonSerializer.SerializeToUtf8Bytes(ApiDocuments.Merge([.. described.OfType<JsonObject>(), gateway]));
    }
}
