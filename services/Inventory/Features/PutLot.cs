using Distribution.Inventory.Domain;
using Distribution.Inventory.Reference;
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

/// <summary>A lot as it is sent. A field that is left out stays as it is; null clears a day, a maker and a GTIN.</summary>
/// <param name="ExpirationDate">The last day on which it may be used by its maker's word, as YYYY-MM-DD. Where consignments say another
/// day, the earliest holds.</param>
/// <param name="Manufacturer">The maker's name, up to 200 characters.</param>
/// <param name="Gtin">GS1 Global Trade Item Number: 8, 12, 13 or 14 digits with a correct check digit.</param>
/// <param name="Status">Whether it may be used; a new lot is approved.</param>
/// <param name="StatusFrom">The first day on which a status other than approved holds, as YYYY-MM-DD; from ever when a new
/// status is sent without it.</param>
/// <param name="Extended">Whether the maker extended the shelf life: then expirationDate holds, though consignments say an earlier
/// day.</param>
internal sealed record LotBody(
    Stated<DateOnly?>? ExpirationDate = null, Stated<string?>? Manufacturer = null, Stated<string?>? Gtin = null,
    [ValuesOf(typeof(LotStatus))] string? Status = null, Stated<DateOnly?>? StatusFrom = null, bool? Extended = null);

/// <summary>A lot as it is shown.</summary>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The maker's lot number.</param>
/// <param name="ExpirationDate">The last day on which it may be used by its maker's word, or null when it is not known. The earliest of
/// those that were said, but for a shelf life that was extended.</param>
/// <param name="OtherExpirationDate">Another that was said, by a consignment or of the lot itself: somebody should look at a vial. Null
/// when all say the same.</param>
/// <param name="Extended">Whether the maker extended the shelf life.</param>
/// <param name="Manufacturer">The maker's name, or null.</param>
/// <param name="Gtin">GS1 Global Trade Item Number, or null.</param>
/// <param name="Status">Whether it may be used.</param>
/// <param name="StatusFrom">The first day on which a status other than approved holds; null means from ever.</param>
/// <param name="UsableUntil">The last day on which it may be used at all, or null when nothing limits it.</param>
/// <param name="Version">Rises by one with each change, from 1.</param>
internal sealed record LotView(
    string VaccineId, string LotNumber, DateOnly? ExpirationDate, DateOnly? OtherExpirationDate, bool Extended, string? Manufacturer,
    string? Gtin, [ValuesOf(typeof(LotStatus))] string Status,
    DateOnly? StatusFrom, DateOnly? UsableUntil, long Version)
{
    public static LotView Of(Lot lot, long version) => new(
        lot.VaccineId, lot.LotNumber, lot.ExpirationDate, lot.OtherExpirationDate, lot.IsExtended, lot.Manufacturer, lot.Gtin, lot.Status,
        lot.StatusFrom, lot.UsableUntil, version);
}

/// <summary>
/// Makes or changes a lot. Of the expiries that are said here and in consignments the earliest holds, unless it is said that the maker
/// extended the shelf life.
/// </summary>
internal static class PutLot
{
    public static void Map(RouteGroupBuilder vaccines) => vaccines.MapPut("/{vaccineId}/lots/{lotNumber}", Handle)
        .WithName("PutLot").Needs(Right.LotWrite)
        .WithSummary("Makes or changes a lot: expiry, maker, and whether it is quarantined or recalled, and from when.")
        .WithExample("""
            {"expirationDate": "2021-09-30", "manufacturer": "Pfizer-BioNTech", "status": "APPROVED"}
            """, ("vaccineId", "COVID-MRNA"), ("lotNumber", "FA5829"))
        .Produces<LotView>().Produces<LotView>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static async Task<IResult> Handle(
        string vaccineId, string lotNumber, LotBody body, InventoryStore store,
        Caller caller, CancellationToken cancel)
    {
        lotNumber = LotNumber.OfSegment(lotNumber);
        if (Check(body) is { } invalid) return invalid.ToResult();
        var committed = await store.Change<(LotView View, bool Created)>(async tx =>
        {
            if (await tx.Find(Names.Vaccines, Names.One, vaccineId) is null) return Refusal.NotFound("vaccine", vaccineId);
            var stored = await tx.Find(Names.Lots, vaccineId, lotNumber);
            // One that is there already, from before the rule, can still be recalled.
            if (stored is null && !LotNumber.Is(lotNumber)) return Refusal.Field("lotNumber", LotNumber.Rule);
            var old = stored?.As<Lot>();
            var lot = Change(old ?? new Lot { VaccineId = vaccineId, LotNumber = lotNumber }, body);
            if (lot == old) return (LotView.Of(old, stored!.Version), false);

            lot = lot with { RecordedAt = tx.Now, RecordedBy = caller.Subject };
            var version = await tx.Put(Names.Lots, vaccineId, lotNumber, lot);
            tx.Publish(lot.ToEvent(version), $"lot:{vaccineId}|{lotNumber}");
            return (LotView.Of(lot, version), old is null);
        }, cancel);
        if (committed.Refusal is { } refused) return refused.ToResult();
        var (view, created) = committed.Answer;
        return created ? Results.Created($"/api/v1/vaccines/{vaccineId}/lots/{Uri.EscapeDataString(lotNumber)}", view) : Results.Ok(view);
    }

    private static Lot Change(Lot lot, LotBody body) => lot with
    {
        StatedExpiration = body.ExpirationDate.Or(lot.StatedExpiration),
        Extended = body.ExpirationDate is { Value: null } ? false : body.Extended ?? lot.IsExtended,
        Manufacturer = body.Manufacturer.Or(lot.Manufacturer),
        Gtin = body.Gtin.Or(lot.Gtin),
        Status = body.Status ?? lot.Status,
        StatusFrom = body.Status switch
        {
            LotStatus.Approved => null,
            null => body.StatusFrom.Or(lot.StatusFrom),
            _ when body.Status == lot.Status => body.StatusFrom.Or(lot.StatusFrom),
            _ => body.StatusFrom?.Value,
        },
    };

    private static Refusal? Check(LotBody body)
    {
        var errors = new FieldErrors();
        errors.Require(
            body.ExpirationDate?.Value is not { } expiry || expiry >= Limits.Earliest, "expirationDate", "must not be before 1900");
        errors.Require(body.Extended is not true || body.ExpirationDate?.Value is not null, "extended",
            "needs expirationDate: the day until which the maker extended it");
        errors.Require(body.Manufacturer?.Value is null or { Length: <= Limits.NameCharsMax }, "manufacturer",
            $"at most {Limits.NameCharsMax} characters");
        errors.Require(
            body.Gtin?.Value is not { } gtin || Gs1.IsGtin(gtin), "gtin", "must be 8, 12, 13 or 14 digits with a correct GS1 check digit");
        errors.Require(body.Status is null || LotStatus.IsStatus(body.Status), "status", "must be APPROVED, QUARANTINED or RECALLED");
        errors.Require(
            body.StatusFrom?.Value is not { } from || from >= Limits.Earliest, "statusFrom", "must not be before 1900");
        return errors.ToRefusal();
    }
}
