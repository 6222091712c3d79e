namespace Distribution.Interop.Hl7v2;

/// <summary>A segment of a message.</summary>
/// <param name="name">Its name, three letters or digits.</param>
/// <param name="occurrence">Which of this name in the message it is, from 1.</param>
/// <param name="fields">Its fields as they were sent, from number 1 on.</param>
/// <param name="by">The message's delimiters.</param>
public sealed class Segment(string name, int occurrence, string[] fields, Delimiters by)
{
    /// <summary>Its name, such as <c>RXA</c>.</summary>
    public string Name => name;

    /// <summary>Which of this name in the message it is, from 1.</summary>
    public int Occurrence => occurrence;

    /// <summary>A field; empty where the segment ends before it.</summary>
    /// <param name="number">Which, from 1, as the standard numbers them.</param>
    public Field this[int number] => new(number <= fields.Length ? fields[number - 1] : "", by);

    /// <summary>Reads a line.</summary>
    /// <param name="line">The segment without its end.</param>
    /// <param name="occurrence">Which of its name it is.</param>
    /// <param name="by">The message's delimiters.</param>
    internal static Segment Of(string line, Func<string, int> occurrence, Delimiters by)
    {
        var parts = line.Split(by.Field);
        // The first field of a header is what separates the fields.
        string[] fields = parts[0] == Message.Header ? [by.Field.ToString(), .. parts[1..]] : parts[1..];
        return new Segment(parts[0], occurrence(parts[0]), fields, by);
    }
}
