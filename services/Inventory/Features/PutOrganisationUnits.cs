using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Distribution.Interop.Dhis2;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Held;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Registration;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>Organisation units of DHIS2, in any order.</summary>
/// <param name="OrganisationUnits">The units, each with id, code, name, shortName, parent, and perhaps closedDate and geometry; what else
/// they have is passed over.</param>
internal sealed record PutOrganisationUnits([Required] IReadOnlyList<JsonObject>? OrganisationUnits)
{
    private const string Csv = "text/csv";
    private const int ChunkMax = 300;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/dhis2/organisationUnits", Handle)
        .WithName("PutOrganisationUnits").Needs(Right.ReferenceWrite).WithTags("DHIS2")
        .WithSummary("Make or change facilities from the organisation units of DHIS2 (JSON or CSV), in any order.")
        .WithDescription("A unit's code here is its code, else its uid; both are kept among its identifiers, and one that is known by its "
            + "uid keeps its code here. The levels from the fourth on are facilities of the district. A unit that has moved takes its "
            + "history along. Each unit is answered by itself.")
        .Accepts<PutOrganisationUnits>("application/json", Csv)
        .WithExample("""
            {"organisationUnits": [
              {"id": "DiszpKrYNg8", "code": "OU_559", "name": "Ngelehun CHC", "parent": {"id": "O6uvpzGd5pu"}},
              {"id": "O6uvpzGd5pu", "code": "OU_264", "name": "Bo", "parent": {"id": "ImspTQPwCqd"}},
              {"id": "ImspTQPwCqd", "code": "OU_525", "name": "Sierra Leone"}]}
            """)
        .WithExampleSheet("name,uid,code,parent\nBonthe,lc3eMKXaEfw,OU_197385,ImspTQPwCqd\n", alsoWorkbook: false)
        .Produces<OrganisationUnitsAnswer>().ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        HttpContext http, InventoryStore store, Places places, HeldFacts held, Caller caller, CancellationToken cancel)
    {
        using var body = await RequestBody.Read(http, cancel);
        if (body.Refusal is not null) return body.Refusal.ToResult();
        var isCsv = http.Request.ContentType?.StartsWith(Csv, StringComparison.OrdinalIgnoreCase) == true;
        IReadOnlyList<OrganisationUnit> units;
        try
        {
            units = isCsv ? OrganisationUnit.Csv(body.Bytes) : OrganisationUnit.Json(body.Bytes.Span);
        }
        catch (FormatException wrong)
        {
            return new Refusal(
                wrong.InnerException is JsonException ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity,
                "No organisation units",
                $"The body cannot be taken: {wrong.Message}. Send an export of DHIS2's organisation units.").ToResult();
        }

        await places.CatchUp(store, cancel);
        var owners = await Owners(store, units, cancel);
        var planned = UnitTree.Plan(units, new KnownUnits(
            unit => unit.Id is null ? null : owners.GetValueOrDefault(unit.Id),
            name => owners.GetValueOrDefault(name) ?? (places.Tree.Find(name) is null ? null : name), places.Tree.Find,
            places.Tree.PartsOf));
        var answers = new List<OrganisationUnitAnswer>(units.Count);
        foreach (var chunk in planned.Chunk(ChunkMax))
        {
            var decided = await Commit(store, places, held, chunk, caller, alone: false, cancel);
            for (var at = 0; at < chunk.Length; at++)
            {
                // What moves in the tree does so by itself.
                if (decided[at] is { Outcome: FacilityOutcome.MustBeAlone })
                    decided[at] = (await Commit(store, places, held, [chunk[at]], caller, alone: true, cancel))[0];
                answers.Add(OrganisationUnitAnswer.Of(chunk[at], decided[at]));
            }
        }

        return Results.Ok(new OrganisationUnitsAnswer(
            Count("created"), Count("changed"), Count("unchanged"), Count("refused"), answers));

        int Count(string outcome) => answers.Count(answer => answer.Outcome == outcome);
    }

    /// <summary>The places here that the units, and the places that they lie in, are known as.</summary>
    private static async Task<Dictionary<string, string>> Owners(
        InventoryStore store, IReadOnlyList<OrganisationUnit> units, CancellationToken cancel)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        var names = units.SelectMany(unit => new[] { unit.Id, unit.Parent }).OfType<string>().Distinct();
        foreach (var name in names.Where(name => name.Length is > 0 and <= Coding.CharsMax))
        {
            foreach (var system in Uid.Is(name) ? [Coding.Dhis2Unit, Coding.Dhis2UnitCode] : (string[])[Coding.Dhis2UnitCode])
            {
                if (await store.Find<OwnedCode>(
                    Names.FacilityIdentifiers, Names.One, Coding.Of(system, name).ToString(), cancel) is not { } owned) continue;
                owners[name] = owned.Owner;
                break;
            }
        }

        return owners;
    }

    private static async Task<List<FacilityDecided?>> Commit(
        InventoryStore store, Places places, HeldFacts held, PlannedUnit[] planned, Caller caller, bool alone,
        CancellationToken cancel)
    {
        var decided = await store.Change<List<FacilityDecided?>>(async tx =>
        {
            var outcomes = new List<FacilityDecided?>(planned.Length);
            foreach (var unit in planned) outcomes.Add(unit.Problem is null ? await Decide(tx, places, unit, alone, caller) : null);
            return outcomes;
        }, cancel);
        foreach (var one in decided.Answer) if (one is { } known) FacilityChanges.Committed(places, held, known);
        return decided.Answer;
    }

    private static async ValueTask<FacilityDecided?> Decide(
        ITransaction tx, Places places, PlannedUnit planned, bool alone, Caller caller)
    {
        var known = await tx.Find<Facility>(Names.Facilities, Names.One, planned.FacilityId);
        var unit = planned.Unit;
        var other = known?.Identifiers.FirstOrDefault(each => each.System == Coding.Dhis2Unit);
        if (unit.Id is not null && other is not null && other.Value != unit.Id)
        {
            return Refused(known, Refusal.Conflict($"code: '{planned.FacilityId}' is the unit '{other.Value}' of DHIS2 here already, and "
                + $"this is '{unit.Id}': correct the code, or the facility's identifiers."));
        }

        var name = unit.Name is { Length: > Limits.NameCharsMax } ? unit.ShortName ?? unit.Name : unit.Name ?? unit.ShortName;
        var body = new FacilityBody(
            name, planned.Level, planned.ParentId is null ? null : new Stated<string?>(planned.ParentId), planned.Country,
            Latitude: unit.Latitude is { } north ? new Stated<double?>(north) : null,
            Longitude: unit.Longitude is { } east ? new Stated<double?>(east) : null,
            ClosedOn: unit.ClosedOn is { } closed ? new Stated<DateOnly?>(closed) : null,
            Identifiers: new Stated<IReadOnlyList<FacilityIdentifierBody?>?>([.. Identifiers(known, unit)]));
        return body.Check(planned.FacilityId) is { } invalid
            ? Refused(known, invalid)
            : await FacilityChanges.Decide(tx, places, planned.FacilityId, body, alone, caller);
    }

    // Those that others gave it stay.
    private static IEnumerable<FacilityIdentifierBody?> Identifiers(Facility? known, OrganisationUnit unit)
    {
        foreach (var each in known?.Identifiers ?? [])
        {
            var said = each.System switch { Coding.Dhis2Unit => unit.Id, Coding.Dhis2UnitCode => unit.Code, _ => null };
            if (said is null) yield return new FacilityIdentifierBody(each.System, each.Value);
        }

        if (unit.Id is { } id) yield return new FacilityIdentifierBody(Coding.Dhis2Unit, id);
        if (unit.Code is { } code) yield return new FacilityIdentifierBody(Coding.Dhis2UnitCode, code);
    }

    private static FacilityDecided Refused(Facility? known, Refusal refusal) =>
        new(FacilityOutcome.Refused, known!, Refusal: refusal);
}

/// <summary>What became of the organisation units of a body.</summary>
/// <param name="Created">How many are new.</param>
/// <param name="Changed">How many were changed, or moved.</param>
/// <param name="Unchanged">How many were the same.</param>
/// <param name="Refused">How many were not taken.</param>
/// <param name="OrganisationUnits">Each of them, from the top of the tree down, those that have no place in it last.</param>
internal sealed record OrganisationUnitsAnswer(
    int Created, int Changed, int Unchanged, int Refused, IReadOnlyList<OrganisationUnitAnswer> OrganisationUnits);

/// <summary>What became of an organisation unit.</summary>
/// <param name="Where">Where in the body it stands.</param>
/// <param name="Id">Its uid, or null.</param>
/// <param name="Code">Its code in DHIS2, or null.</param>
/// <param name="FacilityId">Its code here; null where it has none.</param>
/// <param name="Outcome">What became of it: created, changed, unchanged or refused.</param>
/// <param name="Reason">Why it was refused, and what to do; null of the others.</param>
/// <param name="Note">What of it is kept otherwise than DHIS2 has it; null where nothing is.</param>
internal sealed record OrganisationUnitAnswer(
    string Where, string? Id, string? Code, string? FacilityId, string Outcome, string? Reason, string? Note)
{
    public static OrganisationUnitAnswer Of(PlannedUnit planned, FacilityDecided? decided) => new(
        planned.Unit.Where, planned.Unit.Id, planned.Unit.Code, planned.FacilityId.Length == 0 ? null : planned.FacilityId,
        decided?.Outcome switch
        {
            FacilityOutcome.Created => "created",
            FacilityOutcome.Changed => "changed",
            FacilityOutcome.Unchanged => "unchanged",
            _ => "refused",
        },
        planned.Problem ?? (decided?.Outcome is FacilityOutcome.Created or FacilityOutcome.Changed or FacilityOutcome.Unchanged
            ? null
            : decided?.Refusal?.Detail), planned.Note);
}
