using System.Globalization;
using Distribution.Gateway.Services;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.SharedKernel.Places;

namespace Distribution.Gateway.Coverage;

/// <summary>A checked query for a coverage view.</summary>
internal sealed record CoverageQuery(
    string? Country, string? Level, string? Within, string VaccineId, DateOnly? From, DateOnly AsOf, string? AgeBand, string? Sex,
    string? PriorityGroup)
{
    private const int DimensionLengthMax = 64;
    private static readonly DateOnly EarliestDay = new(1900, 1, 1);

    /// <summary>Whether doses are counted over all people, as the ledger counts them.</summary>
    public bool IsOfAllPeople => AgeBand is null && Sex is null && PriorityGroup is null;

    /// <summary>The query as text: the same for all who mean the same and may see the same.</summary>
    public string KeyFor(Caller caller) =>
        string.Join(
            '\n', caller.Scope, "coverage", Country, Level, Within, VaccineId, $"{From:O}", $"{AsOf:O}", AgeBand, Sex, PriorityGroup);

    /// <summary>Checks what came with the request. The vaccine is still to be named when there is only one.</summary>
    public static (CoverageQuery? Query, Refusal? Refusal) Read(
        string? country, string? level, string? within, string? vaccineId, string? from, string? to, string? asOf, string? ageBand,
        string? sex, string? priorityGroup, DateOnly today)
    {
        var errors = new FieldErrors();
        if (country is not null) errors.RequireId(country, "country");
        if (within is not null) errors.RequireId(within, "within");
        if (vaccineId is not null) errors.RequireId(vaccineId, "vaccineId");
        errors.Require(level is null || PlaceLevel.Rank(level) >= 0, "level", $"must be one of {string.Join(", ", PlaceLevel.All)}");
        Dimension(errors, ageBand, "ageBand");
        Dimension(errors, sex, "sex");
        Dimension(errors, priorityGroup, "priorityGroup");
        errors.Require(asOf is null || to is null || asOf == to, "to", "is the same as asOf: send one of them");
        var day = Day(errors, to, "to") ?? Day(errors, asOf, "asOf") ?? today;
        var first = Day(errors, from, "from");
        errors.Require(first is null || first <= day, "from", $"must not be after {day:yyyy-MM-dd}, the last day of the period");
        return errors.ToRefusal() is { } refusal
            ? (null, refusal)
            : (new CoverageQuery(country, level, within, vaccineId ?? "", first, day, ageBand, sex, priorityGroup), null);
    }

    /// <summary>A day as <c>YYYY-MM-DD</c>; null, with a note of what is wrong, when it is none.</summary>
    public static DateOnly? Day(FieldErrors errors, string? text, string field)
    {
        if (text is null) return null;
        var isDay = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        errors.Require(isDay && day >= EarliestDay, field, "must be a day as YYYY-MM-DD, not before 1900-01-01");
        return isDay ? day : null;
    }

    /// <summary>The vaccine that is meant when none is named: the only one there is.</summary>
    public static async ValueTask<(string? VaccineId, Refusal? Refusal)> OnlyVaccine(ReferenceData reference)
    {
        const int Named = 20;
        return await reference.VaccineIds() switch
        {
            null => (null,
                Unavailable("vaccineId is not given, and inventory, which knows the vaccines, does not answer. Name the vaccine.")),
            [var only] => (only, null),
            [] => (null, Refusal.Field("vaccineId", "no vaccine is known yet; make one with PUT /api/v1/vaccines/{vaccineId}")),
            var many => (null, Refusal.Field("vaccineId",
                $"must name one of {string.Join(", ", many.Take(Named))}{(many.Count > Named ? $" and {many.Count - Named} more" : "")}")),
        };
    }

    /// <summary>503: the services that an answer needs do not answer.</summary>
    public static Refusal Unavailable(string detail) => new(503, "Service unavailable", detail);

    private static void Dimension(FieldErrors errors, string? value, string field) =>
        errors.Require(value is null || (value.Length is > 0 and <= DimensionLengthMax && !value.Any(char.IsControl)), field,
            $"must be 1 to {DimensionLengthMax} characters, none of them a control character");
}
