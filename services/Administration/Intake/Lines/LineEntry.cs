namespace Distribution.Administration.Intake.Lines;

/// <summary>Whether a line of a submission is one dose or a count of doses.</summary>
internal enum LineKind
{
    /// <summary>One dose with an id of its own.</summary>
    Dose,

    /// <summary>Doses that share all dimensions, reported as a count.</summary>
    Tally,
}

/// <summary>A line of a chunk that can be counted: where its key and its record lie in the chunk's bytes.</summary>
internal readonly record struct LineEntry(
    long Line, int KeyAt, int KeyLength, int RecordAt, int RecordLength, int DimensionsLength, int ContentLength, int Sum, int Count)
{
    /// <summary>Whether its record lies apart from the canonical bytes, because it is another one under another key or mapping.</summary>
    public bool IsApart { get; init; }
}
