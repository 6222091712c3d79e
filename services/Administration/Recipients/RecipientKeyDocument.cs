namespace Distribution.Administration.Recipients;

/// <summary>Which of a country's keys hashes its recipients. The key itself lies in a file, and never in the store.</summary>
/// <param name="Version">Which of them, from 1.</param>
/// <param name="Check">Made of the key, so that another under the same name is recognised.</param>
/// <param name="MadeAt">Since when: one that was destroyed later holds no longer.</param>
internal sealed record RecipientKeyDocument(int Version, string Check, DateTimeOffset MadeAt)
{
    /// <summary>The shape of this record.</summary>
    public int SchemaVersion { get; init; } = 1;
}
