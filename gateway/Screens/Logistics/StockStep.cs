using System.Globalization;
using Distribution.Screens.Asking;
using Distribution.Screens.Places;
using Distribution.Screens.Viewing;
using Distribution.Screens.Words;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Distribution.Screens.Logistics;

/// <summary>What is done to a lot at a place, as it was typed. The id of the request is made when the form opens: sent twice, it is done
/// once.</summary>
/// <param name="RequestId">The id.</param>
/// <param name="Place">The place.</param>
/// <param name="Vaccine">The vaccine.</param>
/// <param name="Lot">The lot; null for stock without a number.</param>
/// <param name="OccurredAt">When it happened.</param>
/// <param name="Doses">How many doses.</param>
/// <param name="Kind">Of waste: from opened vials or closed ones.</param>
/// <param name="Reason">Why.</param>
public sealed record StockStep(
    string RequestId, string Place, string Vaccine, string? Lot, string OccurredAt, string Doses, string Kind, string Reason)
{
    /// <summary>Doses that cannot be used any more.</summary>
    public const string Waste = "wastage";

    /// <summary>Doses that are set apart.</summary>
    public const string Quarantine = "quarantine";

    /// <summary>Doses that are taken back from there.</summary>
    public const string Release = "release";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Waste, Quarantine, Release];

    /// <summary>What vials wasted doses were in, as the API calls it.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["openVial", "closedVial"];

    /// <summary>What can be done with a lot.</summary>
    public static IEnumerable<string> Of(StockLine line)
    {
        if (line.OnHand > 0) yield return Waste;
        if (line.OnHand > 0) yield return Quarantine;
        if (line.Quarantined > 0) yield return Release;
    }

    /// <summary>The address of its form.</summary>
    public static string Link(Screen screen, string step, StockLine line)
    {
        var path = screen.LinkTo($"{ScreenPaths.Stock}/{step}", ("place", line.FacilityId), ("vaccine", line.VaccineId));
        return line.LotNumber is null ? path : path + "&" + new QueryBuilder { { "lot", line.LotNumber } }.ToString()[1..];
    }

    /// <summary>As it was posted, of the lot that the address says.</summary>
    public static StockStep Read(IFormCollection form, Screen screen, string? lot) => new(
        form.Typed("requestId"), screen["place"] ?? "", screen["vaccine"] ?? "", lot, form.Typed("occurredAt"), form.Typed("doses"),
        form.Typed("kind"), form.Typed("reason"));

    /// <summary>What is wrong, by field.</summary>
    /// <param name="step">What is to be done.</param>
    /// <param name="words">The language.</param>
    public Dictionary<string, string[]> Check(string step, Language words)
    {
        var wrong = new Dictionary<string, string[]>();
        if (PlaceClock.Sent(OccurredAt) is null) wrong["occurredAt"] = [words["form.time.wrong"]];
        if (ReceiptFormLine.NumberOf(Doses) is not > 0) wrong["doses"] = [words["form.doses.wrong"]];
        if (Reason.Length == 0) wrong["reason"] = [words["form.reason.wrong"]];
        if (step == Waste && !Kinds.Contains(Kind)) wrong["kind"] = [words["form.kind.wrong"]];
        return wrong;
    }

    /// <summary>What the API is told, once nothing is wrong.</summary>
    /// <param name="step">What is done.</param>
    public object Body(string step) => new
    {
        requestId = RequestId,
        facilityId = Place,
        occurredAt = PlaceClock.Sent(OccurredAt),
        reason = Reason,
        kind = step == Waste ? Kind : null,
        lines = new[] { new { vaccineId = Vaccine, lotNumber = Lot, doses = ReceiptFormLine.NumberOf(Doses) } },
    };

    /// <summary>Where the API takes it.</summary>
    public static string PathOf(string step) => step == Release ? "stock/quarantine/release" : $"stock/{step}";

    /// <summary>An id that nobody else has.</summary>
    public static string NewId() => string.Create(CultureInfo.InvariantCulture, $"page-{Guid.CreateVersion7():N}");
}
