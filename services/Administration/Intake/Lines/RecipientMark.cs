using System.Text;

namespace Distribution.Administration.Intake.Lines;

/// <summary>What is kept of who got a dose, read back.</summary>
/// <param name="Key">Under which key, as <c>IT-1</c>; null from before there were keys.</param>
/// <param name="Hash">The hash under it.</param>
internal sealed record RecipientMark(string? Key, string Hash)
{
    /// <summary>What is known of a recipient who was kept as it was sent: that there was one.</summary>
    private static RecipientMark OfBefore { get; } = new(null, "");

    /// <summary>Reads a mark; null where there is none.</summary>
    public static RecipientMark? Read(ReadOnlySpan<byte> mark)
    {
        if (mark.IsEmpty) return null;
        if (mark[0] != RecipientKey.MarkBegin) return OfBefore;
        var at = 2 + mark[1];
        var country = Encoding.UTF8.GetString(mark[2..at]);
        return new RecipientMark($"{country}-{DoseRecord.ReadNumber(mark, ref at)}", Convert.ToHexString(mark[at..]));
    }

    /// <summary>Whether two lines are of different people, or one says of whom and the other does not. What was hashed under different keys
    /// cannot be compared, and so is no difference.</summary>
    public static bool Differ(RecipientMark? one, RecipientMark? other) =>
        one is null || other is null ? one != other : one.Key is not null && one.Key == other.Key && one.Hash != other.Hash;
}
