using Distribution.Administration.Features;
using Distribution.Administration.Fhir;
using Distribution.Administration.Held;
using Distribution.Administration.Intake;
using Distribution.Administration.Outside;
using Distribution.Administration.Recipients;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Interop.Fhir;
using Distribution.Interop.Sheets;
using Distribution.Platform.Modules;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Administration;

/// <summary>
/// Doses given: submissions of doses and tallies, each counted once, and the coverage cells and target populations
/// that coverage is made of.
/// </summary>
public sealed class AdministrationModule : IServiceModule
{
    /// <inheritdoc/>
    public string Name => AdministrationStore.Name;

    /// <inheritdoc/>
    public bool HasStore => true;

    /// <inheritdoc/>
    public int? Command(string[] args) => DestroyRecipientKey.Asked(args);

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<AdministrationStore>();
        services.AddSingleton<ReferenceData>();
        services.AddSingleton<TargetTotals>();
        services.AddSingleton<HeldSettlement>();
        services.AddSingleton<RecipientKeys>();
        services.AddSingleton<ChunkPool>();
        services.AddSingleton<KeyedReports>();
        services.AddSingleton<ImmunizationReports>();
        services.AddSingleton<ImmunizationViews>();
        services.AddSingleton<RecentDays>();
        services.AddSingleton<ReportingFacilities>();
        services.AddHostedService<ReferenceLoading>();
        services.AddKeepingUp(Name, provider =>
        {
            var (reference, store) = (provider.GetRequiredService<ReferenceData>(), provider.GetRequiredService<AdministrationStore>());
            return cancel => reference.CatchUp(store, cancel);
        });
        // By itself: a key that was destroyed is let go of whether the store answers or not.
        services.AddKeepingUp(Name, provider => provider.GetRequiredService<RecipientKeys>().CatchUp);
    }

    /// <inheritdoc/>
    public void AddConsumers(IRegistrationConfigurator consumers)
    {
        consumers.AddConsumer<OnFacilityChanged>();
        consumers.AddConsumer<OnVaccineChanged>();
        consumers.AddConsumer<OnHeadReached>();
    }

    /// <inheritdoc/>
    public async ValueTask<PlaceTree?> Places(IServiceProvider services, CancellationToken cancel)
    {
        var reference = services.GetRequiredService<ReferenceData>();
        await reference.CatchUp(services.GetRequiredService<AdministrationStore>(), cancel);
        return reference.Tree;
    }

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var administrations = routes.MapGroup("/api/v1/administrations").WithTags("Administrations");
        SubmitAdministrations.Map(administrations);
        administrations.MapImports<AdministrationStore>(AdministrationSheet.Target, Right.ReportWrite, AdministrationSheet.Example);
        ListAdministrations.Map(administrations);
        GetAdministration.Map(administrations);
        RetractAdministration.Map(administrations);
        RetractAdministrations.Map(administrations);
        CorrectAdministration.Map(administrations);
        RetractSubmission.Map(administrations);
        ListHeld.Map(administrations);
        ListHeldCodes.Map(administrations);
        ListDoseReviews.Map(administrations);
        DiscardHeld.Map(administrations);
        SummariseCoverage.Map(administrations);
        ListRecentUse.Map(administrations);
        ShowTrend.Map(administrations);
        CountMappedDoses.Map(administrations);

        PutSender.Map(routes);
        SendDhis2Metadata.Map(routes);
        PutDhis2Mapping.Map(routes);
        ReceiveHl7v2.Map(routes);

        var fhir = routes.MapFhir();
        DescribeFhir.Map(fhir);
        FindImmunizations.Map(fhir);
        ReportImmunization.Map(fhir);
        TakeBundle.Map(fhir);

        var targets = routes.MapGroup("/api/v1/target-populations").WithTags("Target populations");
        SetTargetPopulation.Map(targets);
        SetTargetPopulations.Map(targets);
        ListTargetPopulations.Map(targets);

        var countries = routes.MapGroup("/api/v1/countries").WithTags("Countries");
        PutCountry.Map(countries);
        GetCountry.Map(countries);
    }
}
