using Distribution.Platform.Hosting;
using Distribution.Platform.Modules;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded;
using Distribution.Storage.MongoDb;
using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Storage.Tests;

public sealed class StoreChoiceTests
{
    [Fact]
    public void A_store_that_nobody_knows_is_refused_at_the_start()
    {
        var refusal = Refused("--Storage:Provider=Paper");
        Assert.Contains("Paper", refusal, StringComparison.Ordinal);
        Assert.Contains("Sqlite or MongoDb", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_without_an_address_is_refused_at_the_start() =>
        Assert.Contains("ConnectionStrings:MongoDb", Refused("--Storage:Provider=MongoDb"), StringComparison.Ordinal);

    private static string Refused(params string[] args) =>
        Assert.Throws<StoreUnavailableException>(
            () => ServiceHost.Build(["--open", .. args], [new Module()], [new EmbeddedStores(), new MongoProvider()])).Message;

    private sealed class Module : IServiceModule
    {
        public string Name => "store";

        public bool HasStore => true;

        public void AddServices(IServiceCollection services)
        {
        }

        public void AddConsumers(IRegistrationConfigurator consumers)
        {
        }

        public void MapEndpoints(IEndpointRouteBuilder routes)
        {
        }
    }
}
