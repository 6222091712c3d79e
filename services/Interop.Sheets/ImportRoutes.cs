using System.ComponentModel;
using System.Text.Json.Nodes;
using Distribution.Contracts;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Interop.Sheets;

/// <summary>An import, as it was said.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Map">How its sheets are read.</param>
/// <param name="RecordedBy">Who said so.</param>
/// <param name="RecordedAt">When it was recorded.</param>
internal sealed record ImportView(string Name, ImportMap Map, string RecordedBy, DateTimeOffset RecordedAt);

/// <summary>The routes by which it is said how sheets are read.</summary>
public static class ImportRoutes
{
    private const int ImportsMax = 1_000;

    private const string NameMeaning = "The import's name, the caller's own text: 1 to 64 letters, digits, `.`, `_` or `-`.";

    /// <summary>Maps them for one kind of sheets.</summary>
    /// <typeparam name="TStore">The store of the service.</typeparam>
    /// <param name="routes">The routes of the resource.</param>
    /// <param name="target">What the sheets are turned into.</param>
    /// <param name="right">What it takes to send such a sheet, and so to say how it is read.</param>
    /// <param name="example">A map that is shown.</param>
    public static void MapImports<TStore>(this RouteGroupBuilder routes, SheetTarget target, Right right, string example)
        where TStore : IStore
    {
        var noun = string.Concat(target.Name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        routes.MapPut("/imports/{name}", (
            [Description(NameMeaning)] string name, ImportMap map, HttpContext http, Caller caller, CancellationToken cancel) =>
            Put(target, right, name, map, StoreOf(http), caller, cancel))
            .WithName($"Put{noun}Import").Needs(right)
            .WithSummary("Say how sheets (CSV, xlsx) are read: which column is for which field. What is not named is not read.")
            .WithExample(example, ("name", JsonValue.Create("clinic-monthly")))
            .Produces<ImportView>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapGet("/imports/{name}", async (
            [Description(NameMeaning)] string name, HttpContext http, CancellationToken cancel) =>
            await StoreOf(http).Find<StoredImport>(StoredImport.Collection, target.Name, name, cancel) is { } import
                ? Results.Ok(View(import))
                : Refusal.NotFound("import", name).ToResult())
            .WithName($"Get{noun}Import").Needs(right).WithSummary("How the sheets of an import are read.")
            .Produces<ImportView>().ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapDelete("/imports/{name}", (
            [Description(NameMeaning)] string name, HttpContext http, Caller caller, CancellationToken cancel) =>
            Delete(target, right, name, StoreOf(http), caller, cancel))
            .WithName($"Delete{noun}Import").Needs(right)
            .WithSummary("Give an import's name up. What was read by it stays; where there is none of the name, nothing changes.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status403Forbidden);

        static IStore StoreOf(HttpContext http) => http.RequestServices.GetRequiredService<TStore>();
    }

    private static async Task<IResult> Put(
        SheetTarget target, Right right, string name, ImportMap map, IStore store, Caller caller, CancellationToken cancel)
    {
        if (!Ids.IsId(name)) return Refusal.Field("name", Ids.Rule).ToResult();
        if (map.Check(target) is { } invalid) return invalid.ToResult();
        var decided = await store.Change<StoredImport>(async tx =>
        {
            var known = await tx.Find<StoredImport>(StoredImport.Collection, target.Name, name);
            if (IsOthers(known, right, caller))
                return Refusal.NoRight($"The import '{name}' is {known!.RecordedBy}'s: give yours another name.");
            if (known is null && (await tx.Scan(StoredImport.Collection, target.Name, null, ImportsMax)).Count == ImportsMax)
                return Refusal.Conflict($"There are {ImportsMax:N0} imports: change one, or delete one that is not used any more.");
            var import = new StoredImport(name, map, caller.Subject, tx.Now);
            await tx.Put(StoredImport.Collection, target.Name, name, import);
            return import;
        }, cancel);
        return decided.Refusal is { } refusal ? refusal.ToResult() : Results.Ok(View(decided.Answer));
    }

    private static async Task<IResult> Delete(
        SheetTarget target, Right right, string name, IStore store, Caller caller, CancellationToken cancel)
    {
        var decided = await store.Change<string>(async tx =>
        {
            var known = await tx.Find<StoredImport>(StoredImport.Collection, target.Name, name);
            if (IsOthers(known, right, caller)) return Refusal.NoRight($"The import '{name}' is {known!.RecordedBy}'s.");
            if (known is not null) await tx.Delete(StoredImport.Collection, target.Name, name);
            return name;
        }, cancel);
        return decided.Refusal is { } refusal ? refusal.ToResult() : Results.NoContent();
    }

    // By it others' sheets may be read as well.
    private static bool IsOthers(StoredImport? import, Right right, Caller caller) =>
        import is not null && import.RecordedBy != caller.Subject && !caller.ReachOf(right).IsEverywhere;

    private static ImportView View(StoredImport import) => new(import.Name, import.Map, import.RecordedBy, import.RecordedAt);
}
