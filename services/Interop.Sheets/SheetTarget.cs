namespace Distribution.Interop.Sheets;

/// <summary>What the cells of a field hold.</summary>
public enum SheetFieldKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A code, which is text even where it looks like a number: digits that a spreadsheet lost are told.</summary>
    Code,

    /// <summary>A code for which a number is as good.</summary>
    CodeOrNumber,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A number with a point before its decimals.</summary>
    Fraction,

    /// <summary>A day.</summary>
    Date,

    /// <summary>A moment; a day alone is its beginning.</summary>
    Moment,

    /// <summary>Yes or no.</summary>
    Truth,

    /// <summary>A UUID, or the sender's own key of the row, of which one is made.</summary>
    Key,
}

/// <summary>A field that a column can be for.</summary>
/// <param name="Name">Its name in the API.</param>
/// <param name="Kind">What its cells hold.</param>
/// <param name="IsPart">Of rows that together make one line: whether each row has its own.</param>
public sealed record SheetField(string Name, SheetFieldKind Kind, bool IsPart = false);

/// <summary>What the rows of a sheet are turned into: lines of a bulk route, with the fields in the order in which they are
/// written.</summary>
/// <param name="Name">The path of the route's resource.</param>
/// <param name="Fields">The fields.</param>
public sealed record SheetTarget(string Name, IReadOnlyList<SheetField> Fields)
{
    /// <summary>The array that a line's parts are written as; null where each row is a line.</summary>
    public string? Parts { get; init; }

    /// <summary>The fields that say which rows make one line: without one of them a row belongs to nothing.</summary>
    public IReadOnlyList<string> PartsOf { get; init; } = [];

    /// <summary>Fields that tell lines apart too, where they are said.</summary>
    public IReadOnlyList<string> PartsOfWhereSaid { get; init; } = [];

    /// <summary>The field in which the sender's own keys are unique.</summary>
    public string? KeyScope { get; init; }

    /// <summary>A field beside which no key is needed. Where a sheet has neither, a row is known by the submission and its line.</summary>
    public string? KeyUnless { get; init; }

    /// <summary>The field of a name; null where there is none.</summary>
    public SheetField? Find(string? name) => Fields.FirstOrDefault(field => field.Name == name);
}
