using Distribution.Interop.Fhir;
using Distribution.Inventory.Features;
using Distribution.Inventory.Held;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Modules;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Places;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Inventory;

/// <summary>Facilities, vaccines, lots and the dose ledger.</summary>
public sealed class InventoryModule : IServiceModule
{
    /// <inheritdoc />
    public string Name => InventoryStore.Name;

    /// <inheritdoc />
    public bool HasStore => true;

    /// <inheritdoc />
    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<InventoryStore>();
        services.AddSingleton(provider => new Places(ReferenceLimits.Of(provider.GetRequiredService<IConfiguration>())));
        services.AddSingleton<HeldFacts>();
        services.AddHostedService<UpgradeBooks>();
        services.AddHostedService<UpgradeCards>();
        services.AddHostedService<AfterUpgrade>();
        services.AddHostedService<SettleHeldFacts>();
        services.AddKeepingUp(Name, provider =>
        {
            var (places, store) = (provider.GetRequiredService<Places>(), provider.GetRequiredService<InventoryStore>());
            return cancel => places.CatchUp(store, cancel);
        });
    }

    /// <inheritdoc />
    public void AddConsumers(IRegistrationConfigurator consumers)
    {
        consumers.AddConsumer<OnShipmentRequested>();
        consumers.AddConsumer<OnShipmentDispatchAsked>();
        consumers.AddConsumer<OnShipmentDispatched>();
        consumers.AddConsumer<OnShipmentReceived>();
        consumers.AddConsumer<OnShipmentReceivedLater>();
        consumers.AddConsumer<OnShipmentEnteredInError>();
        consumers.AddConsumer<OnShipmentCancelled>();
        consumers.AddConsumer<OnDosesAdministered>();
        consumers.AddConsumer<OnAdministrationRetracted>();
        consumers.AddConsumer<OnLotChanged>();
        consumers.AddConsumer<OnVaccineChanged>();
        consumers.AddConsumer<OnHeadReached>();
    }

    /// <inheritdoc />
    public async ValueTask<StoreCheck?> Check(IStore store, CancellationToken cancel)
    {
        var balance = await GetBalance.OfWorld(store, new Places(), cancel);
        // Before cards had days, the discrepancy stood beside the balance.
        var holds = balance.Balanced
            || (!await UpgradeCards.AreDone(store, cancel) && (balance with { Discrepancy = 0 }).Adds);
        return new StoreCheck(holds, $"trial balance {(holds ? "holds" : "DOES NOT HOLD")}: {balance}");
    }

    /// <inheritdoc />
    public async ValueTask<PlaceTree?> Places(IServiceProvider services, CancellationToken cancel)
    {
        var places = services.GetRequiredService<Places>();
        await places.CatchUp(services.GetRequiredService<InventoryStore>(), cancel);
        return places.Tree;
    }

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var facilities = routes.MapGroup("/api/v1/facilities").WithTags("Facilities");
        PutFacility.Map(facilities);
        PutFacilitiesInBulk.Map(facilities);
        MergeFacility.Map(facilities);
        ListFacilities.Map(facilities);

        var vaccines = routes.MapGroup("/api/v1/vaccines").WithTags("Vaccines");
        PutVaccine.Map(vaccines);
        ListVaccines.Map(vaccines);
        PutLot.Map(vaccines);
        ListLots.Map(vaccines);

        PutOrganisationUnits.Map(routes);
        ReadScan.Map(routes);
        ListReviews.Map(routes);
        ListStockConditions.Map(routes);
        FindLocations.Map(routes.MapFhir());

        var stock = routes.MapGroup("/api/v1/stock").WithTags("Stock");
        ListStock.Map(stock);
        ProposeAllocation.Map(stock);
        AdjustStock.Map(stock);
        RecordWastage.Map(stock);
        CountStock.Map(stock);
        QuarantineStock.Map(stock);

        var ledger = routes.MapGroup("/api/v1/ledger").WithTags("Ledger");
        GetBalance.Map(ledger);
        ListEntries.Map(ledger);
        ReverseEntry.Map(ledger);

        var inventory = routes.MapGroup("/api/v1/inventory").WithTags("Inventory");
        GetSummary.Map(inventory);
        ShowTrend.Map(inventory);
        CountStockByPeriod.Map(inventory);
        GetProgress.Map(inventory);
        ListDiscrepancies.Map(inventory);
        ListShortfalls.Map(inventory);
        ListHeld.Map(inventory);
        DiscardHeld.Map(inventory);
    }
}
