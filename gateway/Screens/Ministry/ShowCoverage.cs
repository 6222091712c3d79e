using Distribution.Screens.Asking;
using Distribution.Screens.Layout;
using Distribution.Screens.Places;
using Distribution.Screens.Viewing;
using Distribution.SharedKernel.Places;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Screens.Ministry;

/// <summary>Where people are unprotected, whether there is vaccine to act with, and whether the figures can be trusted: of a place and of
/// those right below it.</summary>
internal static class ShowCoverage
{
    // Beyond so many weeks a trend is shown by month.
    private const int WeeksMax = 120;

    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapGet(ScreenPaths.Coverage, (HttpContext http, Api api) =>
            FindPlaces.For(http, Section.Ministry, api, screen => Show(http, screen, api)));

    private static async Task<IResult> Show(HttpContext http, Screen screen, Api api)
    {
        var vaccines = await api.Get<ListOf<VaccineView>>(http, "vaccines", ("limit", "1000"));
        var vaccine = screen["vaccine"] ?? (vaccines.Value?.Items is [var first, ..] ? first.VaccineId : null);
        var place = screen["place"];
        if (place is null)
        {
            // Whoever has several places sees the first of their own: the others are a click away.
            var tops = await api.Get<CoverageView>(http, "coverage", ("vaccineId", vaccine));
            place = tops.Value?.Rows.OrderBy(row => row.SharedBy is not null).FirstOrDefault()?.FacilityId;
            if (place is null) return await Page(http, screen, new CoverageModel(tops) { Vaccines = vaccines.Value?.Items ?? [] });
        }

        var path = await PathOf(http, api, place, vaccine);
        if (path.Count == 0)
        {
            var unknown = await api.Get<CoverageView>(http, "coverage", ("within", place), ("vaccineId", vaccine));
            return await Page(http, screen, new CoverageModel(unknown with { Value = null, Problem = unknown.Problem ?? new(404) })
            {
                Vaccines = vaccines.Value?.Items ?? [],
            });
        }

        var (asOf, level) = (screen.AsOf?.ToString("yyyy-MM-dd"), path[^1].Level);
        var below = api.Get<CoverageView>(http, "coverage", ("within", place), ("vaccineId", vaccine), ("asOf", asOf));
        var own = api.Get<CoverageView>(http, "coverage", ("within", place), ("level", level), ("vaccineId", vaccine), ("asOf", asOf));
        var trend = api.Get<TrendView>(http, $"coverage/{Uri.EscapeDataString(place)}/trend",
            ("vaccineId", vaccine), ("by", "week"), ("to", asOf));
        var places = api.Get<ListOf<PlaceView>>(http, "facilities", ("parentId", place), ("limit", "1000"));
        await Task.WhenAll(below, own, trend, places);
        var isByMonth = (await trend).Value?.Points.Count > WeeksMax;
        return await Page(http, screen, new CoverageModel(await below)
        {
            Vaccines = vaccines.Value?.Items ?? [],
            Vaccine = vaccine,
            Path = path,
            Own = await own,
            Trend = isByMonth
                ? await api.Get<TrendView>(http, $"coverage/{Uri.EscapeDataString(place)}/trend",
                    ("vaccineId", vaccine), ("by", "month"), ("to", asOf))
                : await trend,
            IsByMonth = isByMonth,
            Places = (await places).Value?.Items ?? [],
        });
    }

    /// <summary>The place with those above it, from the top, as far as the reader may know them.</summary>
    private static async Task<IReadOnlyList<PlaceView>> PathOf(HttpContext http, Api api, string place, string? vaccine)
    {
        var path = new List<PlaceView>();
        for (string? at = place; at is not null && path.Count < PlaceLevel.All.Count;)
        {
            if ((await api.Get<PlaceView>(http, $"facilities/{Uri.EscapeDataString(at)}")).Value is not { } known) break;
            path.Insert(0, known);
            at = known.ParentId;
        }

        if (path.Count > 0) return path;
        // Of an ally's places only the figures are known.
        foreach (var level in PlaceLevel.All)
        {
            var row = await api.Get<CoverageView>(http, "coverage", ("within", place), ("level", level), ("vaccineId", vaccine));
            if (row.Value?.Rows is [var found, ..])
                return [new PlaceView(found.FacilityId, found.Name, found.Level, null, found.Country)];
        }

        return [];
    }

    private static Task<IResult> Page(HttpContext http, Screen screen, CoverageModel model) => Pages.Page<CoveragePage>(
        http, model.IsEmpty ? StatusCodes.Status200OK : model.Below.Problem?.Status ?? StatusCodes.Status200OK,
        (nameof(CoveragePage.Screen), screen),
        (nameof(CoveragePage.Model), model));
}

/// <summary>What the coverage page shows.</summary>
/// <param name="Below">The places right below the one that is shown.</param>
public sealed record CoverageModel(Asked<CoverageView> Below)
{
    /// <summary>The vaccines that can be chosen.</summary>
    public IReadOnlyList<VaccineView> Vaccines { get; init; } = [];

    /// <summary>The one that is.</summary>
    public string? Vaccine { get; init; }

    /// <summary>Whether there is no vaccine yet that could be asked for.</summary>
    public bool IsEmpty => Vaccines.Count == 0 && Below.Problem?.Status is 400 or 422;

    /// <summary>The place with those above it, from the top.</summary>
    public IReadOnlyList<PlaceView> Path { get; init; } = [];

    /// <summary>The place itself.</summary>
    public Asked<CoverageView>? Own { get; init; }

    /// <summary>Its doses over time.</summary>
    public Asked<TrendView>? Trend { get; init; }

    /// <summary>Whether that is by month.</summary>
    public bool IsByMonth { get; init; }

    /// <summary>Where the places below it are.</summary>
    public IReadOnlyList<PlaceView> Places { get; init; } = [];

    /// <summary>The place, or null where there is none.</summary>
    public PlaceView? Place => Path.Count > 0 ? Path[^1] : null;

    /// <summary>Its figures, or null where they are not known.</summary>
    public PlaceFigures? Figures => Own?.Value?.Rows is [var own, ..] ? own : null;
}
