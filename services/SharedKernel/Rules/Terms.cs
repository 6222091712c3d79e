using System.Collections.Frozen;

namespace Distribution.SharedKernel.Rules;

/// <summary>What the names mean that fields and parameters of the API have in common, in the words of its description.</summary>
public static class Terms
{
    /// <summary>What holds for every call.</summary>
    public const string Conventions =
        $"Ids are the caller's own text: {Id}. Moments are ISO 8601, given back in UTC, days YYYY-MM-DD, quantities doses "
            + "unless a field says otherwise. "
        + "A field that may be null may also be left out, in requests and in answers. "
        + "What is refused changes nothing, and is answered with problem details (RFC 9457) that name the field and the remedy; "
        + "bulk bodies (application/x-ndjson, one JSON document a line) are answered line by line. "
        + "A request that was not answered may be sent again: with the same ids it is counted once. "
        + "Where people sign in, an access key is sent as `Authorization: Bearer KEY`, or in its place an access token of a provider that "
        + "the system believes; `x-right` says which right a call needs: 401 is answered to who has not signed in, 403 to who lacks the "
        + "right.";

    private const string Id = "1 to 64 letters, digits, `.`, `_` or `-`";

    private static readonly FrozenDictionary<string, string> Words = new Dictionary<string, string>
    {
        ["facilityId"] = $"The facility's code, the caller's own text: {Id}. A facility is any place in the tree: a country, region, "
            + "district or facility.",
        ["vaccineId"] = $"The vaccine's code, the caller's own text: {Id}.",
        ["lotNumber"] =
            "The maker's lot number: 1 to 64 letters, digits, spaces or any of !\"%&'()*+,-./:;<=>?_; in a path a slash is sent as %2F.",
        ["shipmentId"] = $"The shipment's id, the caller's own text: {Id}.",
        ["requestId"] =
            $"The caller's id of this request: {Id}. Sent again with the same content it gets the first answer, and changes nothing.",
        ["keyId"] = $"Names an access key, the caller's own text: {Id}.",
        ["grantId"] = $"Names a grant, the caller's own text: {Id}.",
        ["shareId"] = $"Names a share between two countries, the caller's own text: {Id}.",
        ["country"] = $"The country's code, such as `IT`: {Id}.",
        ["level"] = "The level of a place in the tree.",
        ["into"] = $"The code of the facility that takes another over: {Id}.",
        ["mergedInto"] = $"The code of the place into which this one was merged: {Id}. Null for a place of its own.",
        ["parentId"] = $"The code of the place that contains it: {Id}.",
        ["name"] = "The name that people use, 1 to 200 characters.",
        ["reason"] = "Why, in a person's words, 1 to 500 characters.",
        ["occurredOn"] = "The day on which the doses were given, as YYYY-MM-DD.",
        ["doseId"] = "The dose's id, a UUID, or `submission:line` for a tally line.",
        ["ageBand"] = "The age band, as the reports name it, such as `60-69`; up to 32 characters.",
        ["sex"] = "The sex, as the reports name it, such as `female`; up to 16 characters.",
        ["priorityGroup"] = "The priority group, as the reports name it, such as `health-workers`; up to 64 characters.",
        ["gln"] = "GS1 Global Location Number: 13 digits, the last of which checks the others.",
        ["latitude"] = "Degrees north, −90 to 90.",
        ["longitude"] = "Degrees east, −180 to 180.",
        ["version"] = "Rises by one with each change, from 1.",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Questions = new Dictionary<string, string>
    {
        ["within"] = $"Only places below this one, by its code: {Id}.",
        ["state"] = "Where the shipment stands.",
        ["by"] = "The steps: weeks begin on Monday (ISO 8601). Days when left out.",
        ["asOf"] = "The last day that is looked at, as YYYY-MM-DD; today (UTC) when left out.",
        ["from"] = "The first day, as YYYY-MM-DD; without it from the first one there is.",
        ["to"] = "The last day, as YYYY-MM-DD, itself included; without it up to the newest.",
        ["merged"] = "True to list those too that were merged into another place.",
        ["only"] = "True for the place named, without those below it.",
        ["after"] = "Where a page begins: the `next` of the page before it. Left out for the first page.",
        ["limit"] = "The most items of the page, 1 to 1,000; 100 when left out.",
        ["entryId"] = "The ledger entry's id, as a command's answer and the list of entries tell it.",
        ["heldId"] = "The id of what is held, as the list of what is held tells it.",
        ["position"] = "The parked event's position, as the list of parked events tells it.",
        ["eventId"] = "The event's id, a UUID.",
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Ids =
        FrozenSet.Create("facilityId", "fromFacilityId", "toFacilityId", "vaccineId", "shipmentId", "requestId", "submissionId", "country",
            "parentId", "within", "into", "mergedInto");

    /// <summary>Whether a name stands for an id that the caller chose.</summary>
    public static bool IsId(string name) => Ids.Contains(name);

    /// <summary>What a field of this name means; null where that differs.</summary>
    public static string? Of(string field) => Words.GetValueOrDefault(field);

    /// <summary>What a parameter of this name means; null where that differs.</summary>
    public static string? OfParameter(string parameter) => Questions.GetValueOrDefault(parameter) ?? Of(parameter);
}
