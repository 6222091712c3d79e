using System.Globalization;
using System.Text.Json;

namespace Distribution.Interop.Dhis2;

/// <summary>A place in DHIS2's tree.</summary>
/// <param name="Where">Where in the body it stands, for messages.</param>
/// <param name="Id">Its uid, or null.</param>
/// <param name="Code">Its code, or null.</param>
/// <param name="Name">Its name, or null.</param>
/// <param name="ShortName">Its short name, or null.</param>
/// <param name="Parent">The uid, else the code, of the place that it lies in; null for a root.</param>
/// <param name="ClosedOn">Its last day; null while it is open.</param>
/// <param name="Latitude">Degrees north, or null.</param>
/// <param name="Longitude">Degrees east, or null.</param>
/// <param name="Problem">What of it cannot be read, or null.</param>
public sealed record OrganisationUnit(
    string Where, string? Id, string? Code, string? Name, string? ShortName, string? Parent, DateOnly? ClosedOn, double? Latitude,
    double? Longitude, string? Problem = null)
{
    /// <summary>Most units of a body.</summary>
    public const int UnitsMax = 20_000;

    /// <summary>Reads an export of organisation units as JSON.</summary>
    /// <exception cref="FormatException">It cannot be read; the message says why.</exception>
    public static IReadOnlyList<OrganisationUnit> Json(ReadOnlySpan<byte> json)
    {
        var units = WireJson.Read<WireUnits>(json).OrganisationUnits
            ?? throw new FormatException("organisationUnits: is missing: send a list of them");
        if (units.Count > UnitsMax)
            throw new FormatException($"organisationUnits: at most {UnitsMax} are taken at once: send them in several");
        return [.. units.Select((unit, at) =>
        {
            var (latitude, longitude) = Point(unit?.Geometry);
            return Of($"organisationUnits[{at}]", unit?.Id, unit?.Code, unit?.Name, unit?.ShortName,
                unit?.Parent is { } parent ? parent.Id ?? parent.Code ?? "" : null, unit?.ClosedDate, latitude, longitude);
        })];
    }

    /// <summary>Reads organisation units as CSV: columns by their names (name, uid, code, parent, shortName, closedDate, …).</summary>
    /// <exception cref="FormatException">It cannot be read; the message says why.</exception>
    public static IReadOnlyList<OrganisationUnit> Csv(ReadOnlyMemory<byte> csv) =>
        [.. CsvTable.Read(csv, UnitsMax).Select(row => Of(
            $"line {row.Number}", row["uid"] ?? row["id"], row["code"], row["name"], row["shortname"], row["parent"], row["closeddate"],
            null, null))];

    private static OrganisationUnit Of(
        string where, string? id, string? code, string? name, string? shortName, string? parent, string? closed, double? latitude,
        double? longitude)
    {
        DateOnly? closedOn = null;
        string? problem = null;
        // A day, or a moment that begins with one.
        if (!string.IsNullOrWhiteSpace(closed))
        {
            if (closed.Length >= 10 && DateOnly.TryParseExact(
                closed.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) closedOn = day;
            else problem = "closedDate: must begin with a day, as YYYY-MM-DD";
        }

        return new OrganisationUnit(
            where, Text(id), Text(code), Text(name), Text(shortName), parent?.Trim(), closedOn, latitude, longitude, problem);
    }

    // Outlines of districts have no one point, and are not kept.
    private static (double? Latitude, double? Longitude) Point(JsonElement? geometry) =>
        geometry is { ValueKind: JsonValueKind.Object } shape && shape.TryGetProperty("type", out var type)
        && type.ValueKind == JsonValueKind.String && type.ValueEquals("Point") && shape.TryGetProperty("coordinates", out var at)
        && at.ValueKind == JsonValueKind.Array && at.GetArrayLength() >= 2
        && at[0].ValueKind == JsonValueKind.Number && at[1].ValueKind == JsonValueKind.Number
        && at[0].TryGetDouble(out var east) && at[1].TryGetDouble(out var north)
            ? (north, east)
            : (null, null);

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private sealed record WireUnits(List<WireUnit?>? OrganisationUnits);

    private sealed record WireUnit(
        string? Id, string? Code, string? Name, string? ShortName, string? ClosedDate, WireUnit? Parent, JsonElement? Geometry);
}
