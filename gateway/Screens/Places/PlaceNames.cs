using Distribution.Screens.Asking;
using Microsoft.AspNetCore.Http;

namespace Distribution.Screens.Places;

/// <summary>What places are called.</summary>
public sealed class PlaceNames
{
    // So many codes, however long, fit into an address.
    private const int OfOneQuestion = 100;

    private readonly Dictionary<string, string> _names;

    private PlaceNames(Dictionary<string, string> names) => _names = names;

    /// <summary>Asks for the names of places.</summary>
    internal static async Task<PlaceNames> Of(HttpContext http, Api api, IEnumerable<string?> ids)
    {
        var asked = ids.Where(id => !string.IsNullOrEmpty(id)).Distinct().Chunk(OfOneQuestion).Select(some => api.Get<ListOf<PlaceView>>(
            http, "facilities", ("ids", string.Join(',', some)), ("merged", "true"), ("limit", $"{OfOneQuestion}")));
        var known = (await Task.WhenAll(asked)).SelectMany(answer => answer.Value?.Items ?? []);
        return new(known.ToDictionary(place => place.FacilityId, place => place.Name));
    }

    /// <summary>The name of a place; its code where the reader may not know more of it.</summary>
    public string this[string id] => _names.GetValueOrDefault(id, id);
}
