using System.Globalization;
using Distribution.Screens.Asking;
using Distribution.Screens.Places;
using Distribution.Screens.Viewing;
using Distribution.Screens.Words;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Http;

namespace Distribution.Screens.Logistics;

/// <summary>A count of what lies at a place, as it was typed. Its id is made when the form opens: sent twice, it is done once.</summary>
/// <param name="RequestId">The id.</param>
/// <param name="OccurredAt">When it was counted.</param>
/// <param name="Before">Whether that was before the doses of the day were given.</param>
/// <param name="Reason">Why it was counted.</param>
/// <param name="Lines">The lots that the book has, and after them those that were found.</param>
public sealed record CountForm(string RequestId, string OccurredAt, bool Before, string Reason, IReadOnlyList<CountLine> Lines)
{
    private const int FoundMax = 3;

    /// <summary>The form as it opens: nothing is counted, and there is room for lots that are not in the book.</summary>
    /// <param name="stock">What the book has at the place.</param>
    /// <param name="now">What the clock shows there.</param>
    public static CountForm Opened(IReadOnlyList<StockLine> stock, string now) => new(StockStep.NewId(), now, false, "",
    [
        .. Countable(stock).Select(line => new CountLine(line.VaccineId, line.LotNumber, line.ExpirationDate, null, false, "")),
        .. Enumerable.Repeat(new CountLine("", null, null, null, true, ""), FoundMax),
    ]);

    /// <summary>The form as it was posted.</summary>
    public static CountForm Read(IFormCollection form)
    {
        var lines = new List<CountLine>();
        for (var field = ReceiptForm.FieldOf(0); form.ContainsKey($"{field}.doses"); field = ReceiptForm.FieldOf(lines.Count))
        {
            lines.Add(new(
                form.Typed($"{field}.vaccineId"), form.Typed($"{field}.lotNumber") is { Length: > 0 } lot ? lot : null,
                DateOnly.TryParseExact(form.Typed($"{field}.expirationDate"), "O", out var expiry) ? expiry : null,
                long.TryParse(form.Typed($"{field}.book"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var book)
                    ? book
                    : null,
                form.ContainsKey($"{field}.found"), form.Typed($"{field}.doses")));
        }

        return new(form.Typed("requestId"), form.Typed("occurredAt"), form.ContainsKey("before"), form.Typed("reason"), lines);
    }

    /// <summary>Which lines were counted.</summary>
    public IReadOnlyList<int> Counted =>
        [.. Lines.Index().Where(line => line.Item.Doses.Length > 0).Select(line => line.Index)];

    /// <summary>The vaccines of which some stock has no lot number beside some that has: it is counted with all of the vaccine only.
    /// </summary>
    public static IReadOnlyList<string> WithoutLot(IReadOnlyList<StockLine> stock) =>
    [
        .. StockSums.Of(stock, default).Where(vaccine => vaccine.Lines.Count > 1 && vaccine.Lines.Any(line => line.LotNumber is null))
            .Select(vaccine => vaccine.VaccineId),
    ];

    /// <summary>What is wrong, by field; nothing where it can be sent.</summary>
    /// <param name="words">The language.</param>
    public Dictionary<string, string[]> Check(Language words)
    {
        var wrong = new Dictionary<string, string[]>();
        if (PlaceClock.Sent(OccurredAt) is null) wrong["occurredAt"] = [words["form.time.wrong"]];
        if (Reason.Length == 0) wrong["reason"] = [words["form.reason.wrong"]];
        if (Counted.Count == 0) wrong["lines"] = [words["count.nothing"]];
        foreach (var (at, line) in Lines.Index())
        {
            var field = ReceiptForm.FieldOf(at);
            if (line.Doses.Length > 0 && line.Number is not <= Limits.DosesMax) wrong[$"{field}.doses"] = [words["form.number.wrong"]];
            if (!line.IsFound || (line.Doses.Length == 0 && line.LotNumber is null)) continue;
            if (line.Doses.Length == 0) wrong[$"{field}.doses"] = [words["form.number.wrong"]];
            if (line.VaccineId.Length == 0) wrong[$"{field}.vaccineId"] = [words["count.vaccine.wrong"]];
            if (line.LotNumber is null) wrong[$"{field}.lotNumber"] = [words["count.lot.wrong"]];
            else if (Lines.Take(at).Any(other => other.VaccineId == line.VaccineId && other.LotNumber == line.LotNumber))
                wrong[$"{field}.lotNumber"] = [words["count.lot.twice"]];
        }

        return wrong;
    }

    /// <summary>What the API is told, once nothing is wrong.</summary>
    /// <param name="place">The place.</param>
    public object Body(string place) => new
    {
        requestId = RequestId,
        facilityId = place,
        occurredAt = PlaceClock.Sent(OccurredAt),
        before = Before ? true : (bool?)null,
        reason = Reason,
        lines = Counted.Select(at => Lines[at]).Select(line => new
        {
            vaccineId = line.VaccineId,
            lotNumber = line.LotNumber,
            doses = line.Number,
            found = line.IsFound ? true : (bool?)null,
        }).ToArray(),
    };

    // What has no lot number is counted with all of its vaccine, so beside others it cannot be counted apart.
    private static IEnumerable<StockLine> Countable(IReadOnlyList<StockLine> stock) => StockSums.Of(stock, default)
        .SelectMany(vaccine => vaccine.Lines.Where(line => line.LotNumber is not null || vaccine.Lines.Count == 1))
        .Where(line => line.OnHand > 0 || line.Discrepancy > 0);
}

/// <summary>A lot that is counted.</summary>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="LotNumber">The lot; null for all of the vaccine, which has no lot numbers.</param>
/// <param name="Expiry">When it expires.</param>
/// <param name="Book">Doses that the book had of it when that was shown last; null before.</param>
/// <param name="IsFound">Whether it was found and was not in the book.</param>
/// <param name="Doses">What was typed; nothing where it was not counted.</param>
public sealed record CountLine(string VaccineId, string? LotNumber, DateOnly? Expiry, long? Book, bool IsFound, string Doses)
{
    /// <summary>Doses that were counted.</summary>
    public long? Number => ReceiptFormLine.NumberOf(Doses);
}
