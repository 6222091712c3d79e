using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace Distribution.Platform.Auditing;

/// <summary>Which records of the audit are asked for, as parameters of a query: all that hold of those that are given.</summary>
/// <param name="PlaceId">About which place.</param>
/// <param name="Caller">Who did it.</param>
/// <param name="Action">What was done.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="From">From which moment on.</param>
/// <param name="Until">Until before which moment.</param>
public sealed record AuditFilter(
    [property: FromQuery(Name = "placeId"), Description("Only what was about this place or one below it.")] string? PlaceId,
    [property: FromQuery(Name = "caller"), Description("Only what this caller did, as key:clinic-042.")] string? Caller,
    [property: FromQuery(Name = "action"), Description("Only this operation, by its name here, as SubmitAdministrations.")] string? Action,
    [property: FromQuery(Name = "outcome"), Description("Only what came to this: done, refused or read.")] string? Outcome,
    [property: FromQuery(Name = "from"), Description("Only from this moment on.")] DateTimeOffset? From,
    [property: FromQuery(Name = "until"), Description("Only until before this moment.")] DateTimeOffset? Until)
{
    /// <summary>Whether a record is asked for, as far as that does not need a tree of places.</summary>
    public bool Takes(AuditRecord record) => (Caller is null || record.Caller == Caller) && (Action is null || record.Action == Action)
        && (Outcome is null || record.Outcome == Outcome) && !(record.At < From) && !(record.At >= Until);
}
