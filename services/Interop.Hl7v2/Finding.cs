namespace Distribution.Interop.Hl7v2;

/// <summary>What is told of a message's part: an error, or a word of warning.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">The kind of it, by HL7 table 0357.</param>
/// <param name="Segment">The segment that it is about; null where that is wanting.</param>
/// <param name="Field">The field, from 1; null where it is about all of it.</param>
/// <param name="Text">What is wrong and what to do, without anything of a patient.</param>
public sealed record Finding(Severity Severity, ErrorCode Code, Segment? Segment, int? Field, string Text);

/// <summary>How bad a finding is (HL7 table 0516).</summary>
public enum Severity
{
    /// <summary>To be known.</summary>
    Information,

    /// <summary>Taken, and somebody should look at it.</summary>
    Warning,

    /// <summary>Not taken.</summary>
    Error,
}

/// <summary>What kind of finding it is (HL7 table 0357).</summary>
public enum ErrorCode
{
    /// <summary>Segments stand in another order.</summary>
    SegmentOrder = 100,

    /// <summary>A field is wanting that must be there.</summary>
    RequiredMissing = 101,

    /// <summary>A field holds what it cannot hold.</summary>
    DataType = 102,

    /// <summary>A code is not known.</summary>
    CodeUnknown = 103,

    /// <summary>The message is of a type that is not taken.</summary>
    MessageType = 200,

    /// <summary>The message is of an event that is not taken.</summary>
    EventCode = 201,

    /// <summary>The message is not for production.</summary>
    ProcessingId = 202,

    /// <summary>The message is of another version.</summary>
    Version = 203,

    /// <summary>Nothing has this key.</summary>
    KeyUnknown = 204,

    /// <summary>Something else has this key.</summary>
    KeyDuplicate = 205,

    /// <summary>It could not be done now.</summary>
    Internal = 207,
}
