using Distribution.Contracts.Administration.V1;

namespace Distribution.Administration.Intake.Lines;

/// <summary>What a line says of its doses, as it is kept. The words are those of <see cref="DoseKinds"/>, in their order.</summary>
internal enum DoseKind : byte
{
    Given,
    Historical,
    Subpotent,
    NotGiven,
}

/// <summary>Kinds as words.</summary>
internal static class DoseKindWords
{
    /// <summary>The kind that a word names; false where it names none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> word, out DoseKind kind)
    {
        for (kind = DoseKind.Given; kind <= DoseKind.NotGiven; kind++)
            if (System.Text.Ascii.Equals(word, kind.Word())) return true;
        return false;
    }

    /// <summary>Its word.</summary>
    public static string Word(this DoseKind kind) => DoseKinds.All[(int)kind];

    /// <summary>The kind of a sum: null for doses that were given.</summary>
    public static string? InSum(this DoseKind kind) => kind == DoseKind.Given ? null : kind.Word();
}
