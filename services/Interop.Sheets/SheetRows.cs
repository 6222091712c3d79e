namespace Distribution.Interop.Sheets;

/// <summary>What a cell is.</summary>
internal enum CellKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A number of a spreadsheet.</summary>
    Number,

    /// <summary>A day or a moment of a spreadsheet, written as ISO 8601 has it.</summary>
    Date,

    /// <summary>An error of a spreadsheet, as <c>#N/A</c>, or a formula without a result.</summary>
    Error,
}

/// <summary>A cell. Valid until the next row is read.</summary>
/// <param name="text">What stands in it, as UTF-8.</param>
/// <param name="kind">What it is.</param>
internal readonly ref struct Cell(ReadOnlySpan<byte> text, CellKind kind)
{
    /// <summary>What stands in it, as UTF-8, without spaces around it.</summary>
    public ReadOnlySpan<byte> Text { get; } = text;

    /// <summary>What it is.</summary>
    public CellKind Kind { get; } = kind;
}

/// <summary>The rows of a sheet, one after the other, without those that are empty.</summary>
internal abstract class SheetRows : IDisposable
{
    /// <summary>Columns at most.</summary>
    public const int ColumnsMax = 500;

    /// <summary>The line of the file, or the row of the sheet, at which the row begins, from 1.</summary>
    public abstract long Number { get; }

    /// <summary>How many cells the row has.</summary>
    public abstract int Count { get; }

    /// <summary>Why the row cannot be read rightly, or null.</summary>
    public virtual string? Problem => null;

    /// <summary>A cell; empty where the row has none at this place.</summary>
    public abstract Cell this[int column] { get; }

    /// <summary>Goes to the next row; false at the end.</summary>
    /// <exception cref="Platform.Web.UnreadableBodyException">It is no such file.</exception>
    public abstract ValueTask<bool> Read(CancellationToken cancel);

    /// <inheritdoc/>
    public abstract void Dispose();

    // Spaces of ASCII, and those that do not break.
    protected static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\r\n"u8);
        if (text.IsEmpty || (text[0] < 0x80 && text[^1] < 0x80)) return text;
        while (text.StartsWith("\u00A0"u8)) text = text[2..].Trim((byte)' ');
        while (text.EndsWith("\u00A0"u8)) text = text[..^2].Trim((byte)' ');
        return text;
    }
}
