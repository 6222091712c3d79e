using System.Text;
using Distribution.Administration.Intake;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Recipients;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Outside;

/// <summary>A dose that its sender gave no key, and is known again by person, day, vaccine and lot.</summary>
internal static class KeylessDose
{
    /// <summary>What is said where it cannot be known now.</summary>
    public const string NotNow = "It has no key, and those who got doses cannot be told apart now. Send it again.";

    /// <summary>Its id: hashed as the person is, for nobody shall find out who got a dose by its id. Null where that cannot be done
    /// now.</summary>
    /// <param name="keys">The keys that hash who got doses.</param>
    /// <param name="place">Where it was given.</param>
    /// <param name="format">In which format it is told of.</param>
    /// <param name="recipient">Who got it.</param>
    /// <param name="day">The day.</param>
    /// <param name="codes">The codes of the vaccine.</param>
    /// <param name="lotNumber">The lot, or null.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static async ValueTask<Guid?> IdOf(
        RecipientKeys keys, string place, string format, string recipient, DateOnly day, IEnumerable<SubmittedCode> codes,
        string? lotNumber, CancellationToken cancel)
    {
        await keys.GetReady([place], cancel);
        var said = Encoding.UTF8.GetBytes(string.Join('|', [
            format, recipient, $"{day:yyyyMMdd}", .. codes.Select(code => Coding.Of(code.System, code.Code).ToString()), lotNumber ?? ""]));
        var mark = new byte[RecipientKey.MarkBytesMax];
        return keys.Find(place) is { Problem: null } key && key.TryMark(said, mark, out var length)
            ? new Guid(mark.AsSpan(length - RecipientKey.HashBytes, RecipientKey.HashBytes), bigEndian: true)
            : null;
    }
}
