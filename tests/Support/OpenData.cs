using System.Globalization;

namespace Distribution.Tests.Support;

/// <summary>Reads the files of a government's open data: commas between the fields, none within them, a header first.</summary>
public static class OpenData
{
    /// <summary>A file's rows, by the names in its header.</summary>
    public static List<Dictionary<string, string>> Rows(string folder, string file)
    {
        var lines = File.ReadAllLines(Path.Combine(folder, file));
        var header = lines[0].Split(',');
        return [.. lines.Skip(1).Where(line => line.Length > 0)
            .Select(line => line.Split(',').Zip(header).ToDictionary(pair => pair.Second, pair => pair.First))];
    }

    /// <summary>A whole number as such a file writes it.</summary>
    public static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
