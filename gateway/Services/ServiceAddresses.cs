using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;

namespace Distribution.Gateway.Services;

/// <summary>The services behind the gateway, by the names that problems and configuration use.</summary>
internal static class ServiceNames
{
    public const string Inventory = "inventory";
    public const string Shipment = "shipment";
    public const string Administration = "administration";
    public const string Access = "access";

    public static readonly IReadOnlyList<string> All = [Inventory, Shipment, Administration, Access];
}

/// <summary>
/// Where the services are: <c>Services:Inventory:Address</c> and so on from configuration, an address for each instance,
/// separated by commas. Without one, the service is in this very process, at the address that its server is bound to.
/// </summary>
internal sealed class ServiceAddresses(IConfiguration configuration, IServer server)
{
    private uint _turn;

    /// <summary>The base addresses of a service's instances, each time beginning with another one.</summary>
    /// <exception cref="InvalidOperationException">None is configured and the server is not bound to one yet.</exception>
    public IReadOnlyList<Uri> Of(string service)
    {
        var all = Configured(configuration, service);
        if (all.Count == 0) return [Own()];
        if (all.Count == 1) return all;
        var first = (int)(Interlocked.Increment(ref _turn) % all.Count);
        return [.. all.Skip(first), .. all.Take(first)];
    }

    /// <summary>Whether several instances of a service are configured.</summary>
    public bool AreSeveral(string service) => Configured(configuration, service).Count > 1;

    /// <summary>The configured addresses of a service. Configuration keys know no case.</summary>
    public static IReadOnlyList<Uri> Configured(IConfiguration configuration, string service) =>
        [.. (configuration[$"Services:{service}:Address"] ?? "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(address => new Uri(address.TrimEnd('/') + "/"))];

    /// <summary>The address at which this very process is reached.</summary>
    /// <exception cref="InvalidOperationException">The server is not bound to one yet.</exception>
    public Uri Own()
    {
        var bound = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var plain = bound.FirstOrDefault(address => address.StartsWith("http://", StringComparison.OrdinalIgnoreCase));
        return (plain ?? bound.FirstOrDefault()) is { } address
            ? Reachable(address)
            : throw new InvalidOperationException("the address of this process is not known");
    }

    /// <summary>An address to bind to as one to connect to: every host becomes this host.</summary>
    public static Uri Reachable(string bound)
    {
        var address = bound.Replace("//*", "//127.0.0.1", StringComparison.Ordinal).Replace("//+", "//127.0.0.1", StringComparison.Ordinal);
        var uri = new UriBuilder(address);
        uri.Host = uri.Host switch { "0.0.0.0" => "127.0.0.1", "[::]" => "[::1]", var host => host };
        return uri.Uri;
    }
}
