using Distribution.Platform.Storage;
using Distribution.SharedKernel.Places;
using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Platform.Modules;

/// <summary>
/// One service as a part of a host: its table of contents. The same module runs alone in a process or together with
/// the others; it never learns which.
/// </summary>
public interface IServiceModule
{
    /// <summary>Short lower-case name: names its store (<c>name.db</c>), its keyed <c>IStore</c> and its health checks.</summary>
    string Name { get; }

    /// <summary>Whether the module has a store of its own, registered by the host as a keyed <c>IStore</c>.</summary>
    bool HasStore { get; }

    /// <summary>Whether the module keeps who has access.</summary>
    bool KeepsAccess => false;

    /// <summary>Whether people sign in at this module, which then tells the others who they are.</summary>
    bool SignsPeopleIn => false;

    /// <summary>Registers what its features need.</summary>
    void AddServices(IServiceCollection services);

    /// <summary>Registers its consumers, for a bus and for the mediator alike.</summary>
    void AddConsumers(IRegistrationConfigurator consumers);

    /// <summary>Maps its routes below <c>/api/v1</c>.</summary>
    void MapEndpoints(IEndpointRouteBuilder routes);

    /// <summary>Does what the command line says, where it is a command of this module: the process's exit code, or null.</summary>
    int? Command(string[] args) => null;

    /// <summary>The places as the module knows them, with all that is committed; null where it knows of none.</summary>
    ValueTask<PlaceTree?> Places(IServiceProvider services, CancellationToken cancel) => default;

    /// <summary>Checks what must hold of its store whatever happens, for who has restored one; null where nothing is checked.</summary>
    ValueTask<StoreCheck?> Check(IStore store, CancellationToken cancel) => default;
}

/// <summary>What came of a check.</summary>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Says">What was found, in a line.</param>
public sealed record StoreCheck(bool Holds, string Says);
