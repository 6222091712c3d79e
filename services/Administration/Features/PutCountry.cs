using Distribution.Administration.Domain;
using Distribution.Administration.Held;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>The lists of a country as they are sent. A field that is left out stays as it is; null takes its list away.</summary>
/// <param name="Sexes">The sexes that lines may have: 1 to 200, each of at most 16 characters. Null for any.</param>
/// <param name="AgeBands">The age bands that lines may have, in the order in which they are offered: 1 to 200, each of at most 32
/// characters. Null for any.</param>
/// <param name="PriorityGroups">The priority groups that lines may have: 1 to 200, each of at most 64 characters. Null for any.</param>
/// <param name="RetractionReasons">The reasons for which lines may be taken back: 1 to 200, each of at most 500 characters. Null for
/// any.</param>
internal sealed record CountryListsBody(
    Stated<IReadOnlyList<string?>?>? Sexes = null, Stated<IReadOnlyList<string?>?>? AgeBands = null,
    Stated<IReadOnlyList<string?>?>? PriorityGroups = null, Stated<IReadOnlyList<string?>?>? RetractionReasons = null)
{
    /// <summary>The lists that hold after it.</summary>
    public CountryLists After(CountryLists before) => new(
        Values(Sexes.Or(before.Sexes)), Values(AgeBands.Or(before.AgeBands)), Values(PriorityGroups.Or(before.PriorityGroups)),
        Values(RetractionReasons.Or(before.RetractionReasons)));

    /// <summary>Notes what is wrong with it.</summary>
    public void Check(FieldErrors errors)
    {
        Check(errors, "lists.sexes", Sexes?.Value, value => Problem(LineRules.Sex, value));
        Check(errors, "lists.ageBands", AgeBands?.Value, value => Problem(LineRules.AgeBand, value));
        Check(errors, "lists.priorityGroups", PriorityGroups?.Value, value => Problem(LineRules.PriorityGroup, value));
        Check(errors, "lists.retractionReasons", RetractionReasons?.Value, Limits.ReasonProblem);
    }

    private static void Check(FieldErrors errors, string field, IReadOnlyList<string?>? values, Func<string?, string?> problemOf)
    {
        if (values is null) return;
        if (values.Count is 0 or > CountryLists.ValuesMax)
        {
            errors.Add(field, $"must be 1 to {CountryLists.ValuesMax} values, or null for any");
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, value) in values.Index())
        {
            // Lines are compared as they are written: nothing that cannot be seen may stand between them.
            if (problemOf(value) is { } problem) errors.Add($"{field}[{index}]", problem);
            else if (value!.Trim() != value) errors.Add($"{field}[{index}]", "has spaces around it: leave them out");
            else errors.Require(seen.Add(value), $"{field}[{index}]", $"'{value}' is given twice");
        }
    }

    private static string? Problem(TextRule rule, string? value) => string.IsNullOrEmpty(value) || !rule.AllowsPlain(value)
        ? rule.Rule + ", and not empty"
        : null;

    private static string[]? Values(IReadOnlyList<string?>? values) => values is null ? null : [.. values.OfType<string>()];
}

/// <summary>What is set for a country, as it is sent. A field that is left out stays as it is; null clears it.</summary>
/// <param name="Lists">The values that its reports may have. Null takes all of its lists away.</param>
internal sealed record PutCountry(Stated<CountryListsBody?>? Lists = null)
{
    public static void Map(RouteGroupBuilder countries) => countries.MapPut("/{country}", Handle)
        .WithName("PutCountry").Needs(Right.ReferenceWrite)
        .WithSummary("Set the sexes, age bands, groups and reasons that the reports of a country's places may have. Lines with another one "
            + "are held; those that wait for one that is allowed now, count.")
        .WithExample("""
            {
              "lists": {
                "sexes": ["female", "male"], "ageBands": ["0-11 months", "12-59 months", "5 years and older"],
                "retractionReasons": ["entered twice", "entered for the wrong person"]
              }
            }
            """, ("country", "KEN"))
        .Produces<CountryView>()
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string country, PutCountry request, AdministrationStore store, ReferenceData reference, HeldSettlement settlement, Caller caller,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.RequireId(country, "country");
        request.Lists?.Value?.Check(errors);
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();
        await reference.CatchUp(store, cancel);
        if (RefuseAt(caller, reference, country) is { } refusal) return refusal.ToResult();

        var set = await store.Change<CountryDocument>(async tx => await Set(tx, reference, country, request, caller), cancel);
        reference.Apply(set.Answer);
        // Also where nothing has changed: a crash may have come between.
        await settlement.SettleListed(country, cancel);
        return Results.Ok(CountryView.Of(set.Answer));
    }

    /// <summary>Sets it unless it is so already.</summary>
    public static async ValueTask<CountryDocument> Set(
        ITransaction tx, ReferenceData reference, string country, PutCountry request, Caller caller)
    {
        foreach (var top in TopsOf(reference, country)) tx.Concerns(top);
        var before = await tx.Find<CountryDocument>(Collections.Countries, Collections.Whole, country);
        var known = before?.Lists ?? CountryLists.None;
        var lists = request.Lists is null ? known : request.Lists.Value?.After(known) ?? CountryLists.None;
        if (before is not null && lists.SaysTheSameAs(known)) return before;
        var now = new CountryDocument(country, (before?.Version ?? 0) + 1, lists, caller.Subject, tx.Now);
        await tx.Put(Collections.Countries, Collections.Whole, country, now);
        await tx.Put(Collections.Meta, Collections.Whole, Collections.Vaccines, "{}"u8.ToArray());
        return now;
    }

    /// <summary>It is for who may do it in all of the country; before any place of it is known, for who may do it everywhere.</summary>
    private static Refusal? RefuseAt(Caller caller, ReferenceData reference, string country)
    {
        var reach = caller.ReachOf(Right.ReferenceWrite);
        if (reach.IsEverywhere) return null;
        if (!GetCountry.IsShown(caller, reference, country)) return Refusal.NotFound("country", country);
        string[] tops = [.. TopsOf(reference, country)];
        return tops.Length > 0 && tops.All(top => reference.Tree.IsIn(reach, top)) ? null
            : caller.Lacks(Right.ReferenceWrite, tops.Length > 0 ? tops[0] : country);
    }

    private static IEnumerable<string> TopsOf(ReferenceData reference, string country) =>
        reference.Tree.TopsOf(SharedKernel.Places.Reach.Everywhere, country).Select(top => top.Id);
}
