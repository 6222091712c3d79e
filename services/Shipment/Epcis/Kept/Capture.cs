using System.Text.Json.Serialization;
using Distribution.Platform.Refusals;

namespace Distribution.Shipment.Epcis.Kept;

/// <summary>A capture as it is stored. It is one commit: what is stored is what came of it.</summary>
/// <param name="CaptureId">Its id.</param>
/// <param name="CreatedAt">When it was taken.</param>
/// <param name="Proceeds">Whether it keeps what it can, or all or nothing.</param>
/// <param name="Errors">Why events could not be kept, the first of many.</param>
/// <param name="ErrorCount">How many could not.</param>
/// <param name="Held">What of it waits for something before it counts, by its key.</param>
/// <param name="By">Who sent it.</param>
internal sealed record Capture(
    string CaptureId, DateTimeOffset CreatedAt, bool Proceeds, IReadOnlyList<CaptureError> Errors, int ErrorCount,
    IReadOnlyList<string> Held, string By)
{
    /// <summary>Errors that are kept.</summary>
    public const int ErrorsMax = 100;

    /// <summary>The version of this shape.</summary>
    public int SchemaVersion { get; init; } = 1;
}

/// <summary>Why an event could not be kept.</summary>
/// <param name="Type">What EPCIS calls it.</param>
/// <param name="Title">What kind of problem it is.</param>
/// <param name="Status">The HTTP status that it would have alone.</param>
/// <param name="Detail">What is wrong, and what to do about it.</param>
/// <param name="Pointer">Where in the document, as a JSON pointer.</param>
internal sealed record CaptureError(string Type, string Title, int Status, string Detail, string Pointer)
{
    /// <summary>A refusal, at an event.</summary>
    public static CaptureError Of(Refusal refusal, int index) => new(
        $"epcisException:{refusal.Kind}Exception", refusal.Title, refusal.Status, refusal.Detail, $"/epcisBody/eventList/{index}");
}

/// <summary>How a capture is.</summary>
/// <param name="CaptureId">Its id.</param>
/// <param name="CreatedAt">When it was taken.</param>
/// <param name="FinishedAt">When it was done.</param>
/// <param name="Running">Whether it is still being done: it never is, since it is done before it is answered.</param>
/// <param name="Success">Whether all of it was kept.</param>
/// <param name="CaptureErrorBehaviour"><c>rollback</c>: all or nothing; <c>proceed</c>: what can be kept.</param>
/// <param name="Errors">Why events could not be kept, the first 100.</param>
/// <param name="ErrorCount">How many could not.</param>
/// <param name="Held">What of it is kept, and waits for something before it counts, the first 100.</param>
internal sealed record CaptureView(
    [property: JsonPropertyName("captureID")] string CaptureId, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, bool Running,
    bool Success, string CaptureErrorBehaviour, IReadOnlyList<CaptureError> Errors, int ErrorCount, IReadOnlyList<HeldEvent> Held);

/// <summary>What an event says of a shipment that does not count yet.</summary>
/// <param name="EventId">The event's id.</param>
/// <param name="Missing">What it waits for, such as <c>gtin:09501101530003</c> or <c>gln:9521141123454</c>; empty where a person has to
/// see to it.</param>
/// <param name="Reason">Why it does not count, and what to do about it.</param>
internal sealed record HeldEvent(
    [property: JsonPropertyName("eventID")] string EventId, IReadOnlyList<string> Missing, string Reason);
