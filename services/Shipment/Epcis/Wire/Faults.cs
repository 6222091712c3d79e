using System.Globalization;
using System.Text;

namespace Distribution.Shipment.Epcis.Wire;

/// <summary>What is wrong with a place in a document.</summary>
/// <param name="Pointer">The place, as a JSON pointer (RFC 6901); empty for the whole document.</param>
/// <param name="Problem">What is wrong there, and what to do about it.</param>
internal sealed record Fault(string Pointer, string Problem);

/// <summary>Collects what is wrong with a document while it is walked through, the first of many.</summary>
internal sealed class Faults
{
    private const int ListedMax = 100;

    private readonly List<(string? Name, int Index)> _path = [];
    private readonly List<Fault> _listed = [];

    /// <summary>The first that were found.</summary>
    public IReadOnlyList<Fault> Listed => _listed;

    /// <summary>How many were found.</summary>
    public int Count { get; private set; }

    /// <summary>Goes into a field.</summary>
    public void Enter(string name) => _path.Add((name, 0));

    /// <summary>Goes into an item of a list.</summary>
    public void Enter(int index) => _path.Add((null, index));

    /// <summary>Goes back out.</summary>
    public void Leave() => _path.RemoveAt(_path.Count - 1);

    /// <summary>Notes what is wrong here.</summary>
    public void Add(string problem)
    {
        if (++Count <= ListedMax) _listed.Add(new(Pointer(), problem));
    }

    /// <summary>Notes what is wrong with a field of this.</summary>
    public void Add(string field, string problem)
    {
        Enter(field);
        Add(problem);
        Leave();
    }

    private string Pointer()
    {
        var text = new StringBuilder();
        foreach (var (name, index) in _path)
        {
            text.Append('/').Append(name?.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)
                ?? index.ToString(CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
