using System.Globalization;
using Distribution.Screens.Asking;
using Distribution.Screens.Places;
using Distribution.Screens.Viewing;
using Distribution.Screens.Words;
using Microsoft.AspNetCore.Http;

namespace Distribution.Screens.Logistics;

/// <summary>What is said of a shipment that arrived, as it was typed. All that is shown of it goes along with the form, so that nothing of
/// it is lost where the shipment cannot be asked for.</summary>
/// <param name="OccurredAt">When it arrived.</param>
/// <param name="ReceivedBy">Who took it in.</param>
/// <param name="Lines">What arrived.</param>
public sealed record ReceiptForm(string OccurredAt, string ReceivedBy, IReadOnlyList<ReceiptFormLine> Lines)
{
    /// <summary>The form as it opens: all that was shipped is accepted.</summary>
    /// <param name="shipment">The shipment.</param>
    /// <param name="now">What the clock shows where it arrives.</param>
    /// <param name="write">How figures are written.</param>
    public static ReceiptForm Opened(ShipmentView shipment, string now, Formats write) => new(
        write.Digits(now), "", [.. shipment.Lines.Select(line => new ReceiptFormLine(
            line.VaccineId, line.LotNumber, line.ExpirationDate, line.Shipped ?? line.Doses,
            write.Digits((line.Shipped ?? line.Doses).ToString(CultureInfo.InvariantCulture)), write.Digits("0"), write.Digits("0"), ""))]);

    /// <summary>The form as it was posted.</summary>
    public static ReceiptForm Read(IFormCollection form)
    {
        var lines = new List<ReceiptFormLine>();
        for (var field = FieldOf(0); form.ContainsKey($"{field}.vaccineId"); field = FieldOf(lines.Count))
        {
            _ = long.TryParse(form.Typed($"{field}.shipped"), NumberStyles.None, CultureInfo.InvariantCulture, out var shipped);
            lines.Add(new(
                form.Typed($"{field}.vaccineId"), form.Typed($"{field}.lotNumber") is { Length: > 0 } lot ? lot : null,
                DateOnly.TryParseExact(form.Typed($"{field}.expirationDate"), "O", out var expiry) ? expiry : null, shipped,
                form.Typed($"{field}.accepted"), form.Typed($"{field}.rejected"), form.Typed($"{field}.missing"),
                form.Typed($"{field}.reason")));
        }

        return new(form.Typed("occurredAt"), form.Typed("receivedBy"), lines);
    }

    /// <summary>How a line is named, in the form and by the API.</summary>
    public static string FieldOf(int line) => $"lines[{line.ToString(CultureInfo.InvariantCulture)}]";

    /// <summary>What is wrong, by field; nothing where it can be sent.</summary>
    /// <param name="words">The language.</param>
    /// <param name="write">How figures are written.</param>
    public Dictionary<string, string[]> Check(Language words, Formats write)
    {
        var wrong = new Dictionary<string, string[]>();
        if (PlaceClock.Sent(OccurredAt) is null) wrong["occurredAt"] = [words["form.time.wrong"]];
        for (var at = 0; at < Lines.Count; at++)
        {
            var (line, field) = (Lines[at], FieldOf(at));
            foreach (var (name, typed) in line.Numbers)
                if (ReceiptFormLine.NumberOf(typed) is null) wrong[$"{field}.{name}"] = [words["form.number.wrong"]];
            var (sum, shipped) = (line.Sum, line.Shipped);
            if (sum < shipped)
                wrong[field] = [words.Say("receive.less", write.Whole(sum), write.Whole(shipped), write.Whole(shipped - sum))];
            else if (sum > shipped)
                wrong[field] = [words.Say("receive.more", write.Whole(sum), write.Whole(shipped))];
            if (ReceiptFormLine.NumberOf(line.Rejected) is > 0 and { } rejected && line.Reason.Length == 0)
                wrong[$"{field}.reason"] = [words.Say("receive.reasonMissing", write.Whole(rejected))];
        }

        return wrong;
    }

    /// <summary>What the API is told, once nothing is wrong.</summary>
    public object Body() => new
    {
        occurredAt = PlaceClock.Sent(OccurredAt),
        receivedBy = ReceivedBy.Length > 0 ? ReceivedBy : null,
        lines = Lines.Select(line => new
        {
            vaccineId = line.VaccineId,
            lotNumber = line.LotNumber,
            accepted = ReceiptFormLine.NumberOf(line.Accepted),
            rejected = ReceiptFormLine.NumberOf(line.Rejected),
            missing = ReceiptFormLine.NumberOf(line.Missing),
            reason = line.Reason.Length > 0 ? line.Reason : null,
        }).ToArray(),
    };
}

/// <summary>A line of it, as it was typed.</summary>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="LotNumber">The lot.</param>
/// <param name="Expiry">When that expires.</param>
/// <param name="Shipped">Doses that were shipped.</param>
/// <param name="Accepted">Doses taken in.</param>
/// <param name="Rejected">Doses that came unusable.</param>
/// <param name="Missing">Doses that did not come.</param>
/// <param name="Reason">Why.</param>
public sealed record ReceiptFormLine(
    string VaccineId, string? LotNumber, DateOnly? Expiry, long Shipped, string Accepted, string Rejected, string Missing, string Reason)
{
    /// <summary>The numbers, by the names of their fields.</summary>
    public IEnumerable<(string Name, string Typed)> Numbers => [("accepted", Accepted), ("rejected", Rejected), ("missing", Missing)];

    /// <summary>Their sum; null where one of them is none.</summary>
    public long? Sum => NumberOf(Accepted) + NumberOf(Rejected) + NumberOf(Missing);

    /// <summary>The whole number that was typed, in any digits, with or without spaces between thousands; null for anything else.</summary>
    public static long? NumberOf(string typed) => long.TryParse(
        string.Concat(Formats.Plain(typed).Where(letter => !char.IsWhiteSpace(letter))), NumberStyles.None, CultureInfo.InvariantCulture,
        out var number) && number <= SharedKernel.Rules.Limits.DosesMax * SharedKernel.Rules.Limits.LinesMax ? number : null;
}
