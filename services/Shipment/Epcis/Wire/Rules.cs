using System.Text.Json;

namespace Distribution.Shipment.Epcis.Wire;

/// <summary>Looks whether a value is what its field takes, and notes what is wrong.</summary>
internal delegate void Rule(JsonElement value, Faults faults);

/// <summary>The rules of which those of events are made.</summary>
internal static class Rules
{
    /// <summary>Any text.</summary>
    public static void Text(JsonElement value, Faults faults) => _ = TextOf(value, faults);

    /// <summary>A URI, full or with a prefix.</summary>
    public static void Uri(JsonElement value, Faults faults)
    {
        if (TextOf(value, faults) is { } text && !Uris.Is(text)) faults.Add("must be a URI: with its scheme, and without spaces");
    }

    /// <summary>A time with its offset.</summary>
    public static void Time(JsonElement value, Faults faults)
    {
        if (TextOf(value, faults) is { } text && Times.Read(text) is null)
            faults.Add("must be a time with its offset, such as 2026-03-02T23:30:00-05:00");
    }

    /// <summary>An offset from UTC.</summary>
    public static void Offset(JsonElement value, Faults faults)
    {
        if (TextOf(value, faults) is { } text && !Times.IsOffset(text)) faults.Add("must be an offset, such as +02:00");
    }

    /// <summary>A number.</summary>
    public static void Number(JsonElement value, Faults faults)
    {
        if (value.ValueKind is not JsonValueKind.Number) faults.Add("must be a number");
    }

    /// <summary>True or false.</summary>
    public static void Flag(JsonElement value, Faults faults)
    {
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) faults.Add("must be true or false");
    }

    /// <summary>Hexadecimal digits.</summary>
    public static void Hexadecimal(JsonElement value, Faults faults)
    {
        if (TextOf(value, faults) is { } text && (text.Length == 0 || !text.All(char.IsAsciiHexDigit)))
            faults.Add("must be hexadecimal digits");
    }

    /// <summary>A unit of measure: two or three capitals or digits (UN/ECE recommendation 20).</summary>
    public static void Unit(JsonElement value, Faults faults)
    {
        if (TextOf(value, faults) is { } text
            && (text.Length is < 2 or > 3 || !text.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter))))
            faults.Add("must be two or three capital letters or digits, such as KGM");
    }

    /// <summary>One of some texts.</summary>
    public static Rule OneOf(params string[] texts) => (value, faults) =>
    {
        if (TextOf(value, faults) is { } text && !texts.Contains(text)) faults.Add($"must be {string.Join(" or ", texts)}");
    };

    /// <summary>A word of a list of the vocabulary, or an extension.</summary>
    public static Rule Word(Vocabulary vocabulary) => (value, faults) =>
    {
        if (TextOf(value, faults) is { } text && vocabulary.Problem(text) is { } problem) faults.Add(problem);
    };

    /// <summary>A list.</summary>
    public static Rule List(Rule item, int min = 0, bool unique = false) => (value, faults) =>
    {
        if (value.ValueKind is not JsonValueKind.Array)
        {
            faults.Add("must be a list");
            return;
        }

        if (value.GetArrayLength() < min) faults.Add($"must have at least {min}");
        var seen = unique ? new HashSet<string>(StringComparer.Ordinal) : null;
        var index = 0;
        foreach (var each in value.EnumerateArray())
        {
            faults.Enter(index++);
            item(each, faults);
            if (seen is not null && each.ValueKind is JsonValueKind.String && !seen.Add(each.GetString()!)) faults.Add("is there twice");
            faults.Leave();
        }
    };

    /// <summary>One, or a list of them.</summary>
    public static Rule OneOrMany(Rule item) => (value, faults) =>
        (value.ValueKind is JsonValueKind.Array ? List(item) : item)(value, faults);

    /// <summary>An object.</summary>
    /// <param name="fields">Its fields.</param>
    /// <param name="required">Those that must be there.</param>
    /// <param name="extensions">What other fields it takes: none; those whose name is a URI, full or with a prefix; or any.</param>
    public static Rule Object(IReadOnlyDictionary<string, Rule> fields, string[] required, Extensions extensions) => (value, faults) =>
        Check(value, faults, fields, required, extensions);

    /// <summary>Checks an object.</summary>
    public static bool Check(
        JsonElement value, Faults faults, IReadOnlyDictionary<string, Rule> fields, string[] required, Extensions extensions)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            faults.Add("must be an object");
            return false;
        }

        foreach (var field in required)
            if (!value.TryGetProperty(field, out _)) faults.Add(field, "is missing");
        foreach (var field in value.EnumerateObject())
        {
            faults.Enter(field.Name);
            if (fields.TryGetValue(field.Name, out var rule)) rule(field.Value, faults);
            else if (extensions is Extensions.None) faults.Add("is no field of this: leave it out");
            else if (extensions is Extensions.Named && !Uris.Is(field.Name))
                faults.Add("is no field of this: correct its name, or give an extension a prefix that @context declares");
            faults.Leave();
        }

        return true;
    }

    private static string? TextOf(JsonElement value, Faults faults)
    {
        if (value.ValueKind is JsonValueKind.String) return value.GetString();
        faults.Add("must be a text");
        return null;
    }
}

/// <summary>Which fields beside its own an object takes.</summary>
internal enum Extensions
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those whose name is a URI.</summary>
    Named,

    /// <summary>Any.</summary>
    Any,
}
