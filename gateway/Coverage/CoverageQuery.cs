using System.Globalization;
using Distribution.Gateway.Services;
using Distribution.Gateway.Sharing;
using Distribution.Platform.Refusals;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Distribution.SharedKernel.Rules;

namespace Distribution.Gateway.Coverage;

/// <summary>A checked query for a coverage view.</summary>
/// <param name="Country">Only places of this country, or null.</param>
/// <param name="Level">Only places of this level, or null.</param>
/// <param name="Within">Only places below this one, or null.</param>
/// <param name="VaccineIds">The vaccines whose figures are added up, by id: all that have the antigen, or the only one.</param>
/// <param name="Antigen">What the vaccines have in common; null where one vaccine was named.</param>
/// <param name="From">The first day of the period, or null.</param>
/// <param name="AsOf">The last day.</param>
/// <param name="AgeBand">Only people of this age band, or null.</param>
/// <param name="Sex">Only people of this sex, or null.</param>
/// <param name="PriorityGroup">Only people of this group, or null.</param>
internal sealed record CoverageQuery(
    string? Country, string? Level, string? Within, IReadOnlyList<string> VaccineIds, string? Antigen, DateOnly? From, DateOnly AsOf,
    string? AgeBand, string? Sex, string? PriorityGroup)
{
    private const int DimensionLengthMax = 64;
    private const string OneOfThem = "give either vaccineId or antigen";
    private static readonly DateOnly EarliestDay = new(1900, 1, 1);

    /// <summary>Whether doses are counted over all people, as the ledger counts them.</summary>
    public bool IsOfAllPeople => AgeBand is null && Sex is null && PriorityGroup is null;

    /// <summary>The query as text: the same for all who mean the same and may see the same.</summary>
    public string KeyFor(SharedView view) =>
        string.Join(
            '\n', view.Key, "coverage", Country, Level, Within, string.Join(',', VaccineIds), Antigen,
            $"{From:O}", $"{AsOf:O}", AgeBand, Sex, PriorityGroup, CellsShown(view));

    /// <summary>Which small counts are told in a view, as text: the same for all who are told the same. Empty in a view of all
    /// people.</summary>
    public string CellsShown(SharedView view) => IsOfAllPeople ? "" : $"{view.Caller.ReachOf(Right.LinesRead).Key}\n{view.Key}";

    /// <summary>What of it shares have to do with.</summary>
    public SharedQuestion OfShares() => new(
        Country, Level, Within, VaccineIds,
        [.. new[] { (ShareDimension.AgeBand, AgeBand), (ShareDimension.Sex, Sex), (ShareDimension.PriorityGroup, PriorityGroup) }
            .Where(dimension => dimension.Item2 is not null).Select(dimension => dimension.Item1)]);

    /// <summary>Checks what came with the request. What the vaccines are is still to be found: see <see cref="WithVaccines"/>.</summary>
    public static (CoverageQuery? Query, Refusal? Refusal) Read(
        string? country, string? level, string? within, string? vaccineId, string? antigen, string? from, string? to, string? asOf,
        string? ageBand, string? sex, string? priorityGroup, DateOnly today)
    {
        if (vaccineId is not null && antigen is not null) return (null, VaccineOrAntigen);
        var errors = new FieldErrors();
        if (country is not null) errors.RequireId(country, "country");
        if (within is not null) errors.RequireId(within, "within");
        if (vaccineId is not null) errors.RequireId(vaccineId, "vaccineId");
        errors.Require(antigen is null || AntigenName.Is(antigen), "antigen", AntigenName.Rule);
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
            : (new CoverageQuery(country, level, within, vaccineId is null ? [] : [vaccineId],
                antigen is null ? null : AntigenName.Of(antigen), first, day, ageBand, sex, priorityGroup), null);
    }

    /// <summary>A day as <c>YYYY-MM-DD</c>; null, with a note of what is wrong, when it is none.</summary>
    public static DateOnly? Day(FieldErrors errors, string? text, string field)
    {
        if (text is null) return null;
        var isDay = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        errors.Require(isDay && day >= EarliestDay, field, "must be a day as YYYY-MM-DD, not before 1900-01-01");
        return isDay ? day : null;
    }

    /// <summary>The query with its vaccines: the one that is named, those that have the antigen, or the only one.</summary>
    public async ValueTask<(CoverageQuery? Query, Refusal? Refusal)> WithVaccines(ReferenceData reference)
    {
        if (VaccineIds.Count > 0) return (this, null);
        if (Antigen is null)
        {
            var (only, unclear) = await OnlyVaccine(reference);
            return only is null ? (null, unclear) : (this with { VaccineIds = [only] }, null);
        }

        if (await reference.Vaccines() is not { } vaccines)
            return (null, Unavailable("inventory, which knows what vaccines protect against, does not answer. Name a vaccine."));
        var having = Having(vaccines);
        if (having.Length == 0) having = Having(await reference.VaccinesAnew() ?? vaccines);
        if (having.Length == 0) return (null, new Refusal(404, "Not found", $"No vaccine has the antigen '{Antigen}'."));
        var (ids, asWritten) = (having.Select(vaccine => vaccine.VaccineId), having[0].Antigens.First(IsAskedFor));
        return (this with { VaccineIds = [.. ids], Antigen = asWritten }, null);

        KnownVaccine[] Having(IReadOnlyList<KnownVaccine> known) => [.. known.Where(vaccine => vaccine.Antigens.Any(IsAskedFor))];
        bool IsAskedFor(string antigen) => AntigenName.Comparer.Equals(antigen, Antigen);
    }

    /// <summary>The vaccine that is meant when none is named: the only one there is.</summary>
    public static async ValueTask<(string? VaccineId, Refusal? Refusal)> OnlyVaccine(ReferenceData reference)
    {
        const int Named = 20;
        return await reference.Vaccines() switch
        {
            null => (null,
                Unavailable("vaccineId is not given, and inventory, which knows the vaccines, does not answer. Name the vaccine.")),
            [var only] => (only.VaccineId, null),
            [] => (null, Refusal.Field("vaccineId", "no vaccine is known yet; make one with PUT /api/v1/vaccines/{vaccineId}")),
            var many => (null, Refusal.Field("vaccineId",
                $"must name one of {string.Join(", ", many.Take(Named).Select(vaccine => vaccine.VaccineId))}"
                + (many.Count > Named ? $" and {many.Count - Named} more" : ""))),
        };
    }

    /// <summary>503: the services that an answer needs do not answer.</summary>
    public static Refusal Unavailable(string detail) => new(503, "Service unavailable", detail);

    private static Refusal VaccineOrAntigen { get; } = new(
        400, "Invalid request", "vaccineId, antigen: give exactly one of them, a vaccine or what several vaccines protect against",
        new Dictionary<string, string[]> { ["vaccineId"] = [OneOfThem], ["antigen"] = [OneOfThem] });

    private static void Dimension(FieldErrors errors, string? value, string field) =>
        errors.Require(value is null || (value.Length is > 0 and <= DimensionLengthMax && !value.Any(char.IsControl)), field,
            $"must be 1 to {DimensionLengthMax} characters, none of them a control character");
}
