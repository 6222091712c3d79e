namespace Distribution.Interop.Sheets;

/// <summary>How the sheets of a sender are read, as it is kept.</summary>
/// <param name="Name">The import's name.</param>
/// <param name="Map">The map.</param>
/// <param name="RecordedBy">Who said so.</param>
/// <param name="RecordedAt">When it was recorded.</param>
internal sealed record StoredImport(string Name, ImportMap Map, string RecordedBy, DateTimeOffset RecordedAt)
{
    /// <summary>Where they are kept, by what their lines are.</summary>
    public const string Collection = "imports";

    /// <summary>The shape of this record.</summary>
    public int SchemaVersion { get; init; } = 1;
}
