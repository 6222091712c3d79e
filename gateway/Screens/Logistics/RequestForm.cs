using System.Globalization;
using Distribution.Screens.Viewing;
using Distribution.Screens.Words;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Http;

namespace Distribution.Screens.Logistics;

/// <summary>A shipment that is asked for, as it was typed. Its time is made when the form opens: sent twice, it is one.</summary>
/// <param name="ShipmentId">Its id, which may be the caller's own number.</param>
/// <param name="RequestedAt">When it was asked for.</param>
/// <param name="To">The place that gets it, by name or code.</param>
/// <param name="ToFacilityId">The place that was chosen of those of that name; empty while none is.</param>
/// <param name="AllowPartial">Whether less than is asked for may go.</param>
/// <param name="Lines">What is asked for.</param>
public sealed record RequestForm(
    string ShipmentId, string RequestedAt, string To, string ToFacilityId, bool AllowPartial, IReadOnlyList<RequestLine> Lines)
{
    /// <summary>Lines of the form.</summary>
    public const int LinesMax = 6;

    /// <summary>The form as it opens.</summary>
    /// <param name="now">The time.</param>
    public static RequestForm Opened(DateTimeOffset now) => new(
        string.Create(CultureInfo.InvariantCulture, $"R-{now.UtcDateTime:yyyyMMdd}-{Guid.NewGuid().ToString("N")[..8]}"),
        Said(now), "", "", false,
        [.. Enumerable.Repeat(new RequestLine("", ""), LinesMax)]);

    /// <summary>The form, asked for at another time.</summary>
    public RequestForm At(DateTimeOffset now) => this with { RequestedAt = Said(now) };

    /// <summary>Whether it was asked for on this day: on another, other lots may be used.</summary>
    public bool IsOf(DateTimeOffset now) => RequestedAt.StartsWith(Said(now)[..10], StringComparison.Ordinal);

    private static string Said(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>The form as it was posted.</summary>
    public static RequestForm Read(IFormCollection form) => new(
        form.Typed("shipmentId"), form.Typed("requestedAt"), form.Typed("to"), form.Typed("toFacilityId"), form.ContainsKey("allowPartial"),
        [.. Enumerable.Range(0, LinesMax).Select(ReceiptForm.FieldOf).Select(
            field => new RequestLine(form.Typed($"{field}.vaccineId"), form.Typed($"{field}.doses")))]);

    /// <summary>Which lines say something.</summary>
    public IReadOnlyList<int> Asked =>
        [.. Lines.Index().Where(line => line.Item.VaccineId.Length > 0).Select(line => line.Index)];

    /// <summary>What is wrong, by field; nothing where it can be sent.</summary>
    /// <param name="words">The language.</param>
    public Dictionary<string, string[]> Check(Language words)
    {
        var wrong = new Dictionary<string, string[]>();
        if (ShipmentId.Length == 0) wrong["shipmentId"] = [words["request.id.wrong"]];
        if (To.Length == 0) wrong["to"] = [words["request.to.wrong"]];
        if (Asked.Count == 0) wrong[$"{ReceiptForm.FieldOf(0)}.vaccineId"] = [words["count.vaccine.wrong"]];
        foreach (var (at, line) in Lines.Index())
        {
            var field = ReceiptForm.FieldOf(at);
            if (line.VaccineId.Length == 0 && line.Doses.Length > 0) wrong[$"{field}.vaccineId"] = [words["count.vaccine.wrong"]];
            if (line.VaccineId.Length > 0 && line.Number is not (> 0 and <= Limits.DosesMax))
                wrong[$"{field}.doses"] = [words["form.doses.wrong"]];
            if (line.VaccineId.Length > 0 && Lines.Take(at).Any(other => other.VaccineId == line.VaccineId))
                wrong[$"{field}.vaccineId"] = [words["request.vaccine.twice"]];
        }

        return wrong;
    }

    /// <summary>What the API is told, once nothing is wrong.</summary>
    /// <param name="from">The place that sends it.</param>
    public object Body(string from) => new
    {
        shipmentId = ShipmentId,
        fromFacilityId = from,
        toFacilityId = ToFacilityId,
        requestedAt = RequestedAt,
        allowPartial = AllowPartial ? true : (bool?)null,
        lines = Asked.Select(at => Lines[at]).Select(line => new { vaccineId = line.VaccineId, doses = line.Number }).ToArray(),
    };
}

/// <summary>A vaccine that is asked for.</summary>
/// <param name="VaccineId">The vaccine; empty where nothing is asked for.</param>
/// <param name="Doses">How many doses, as it was typed.</param>
public sealed record RequestLine(string VaccineId, string Doses)
{
    /// <summary>Doses.</summary>
    public long? Number => ReceiptFormLine.NumberOf(Doses);
}
