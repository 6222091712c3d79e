using System.Buffers.Text;
using System.Text;

namespace Distribution.Load.Doors;

/// <summary>A body in which some ids are new each time.</summary>
internal sealed class Template
{
    /// <summary>What stands for an id that is new each time.</summary>
    public const string Id = "########-####-####-####-############";

    private readonly byte[] _bytes;
    private readonly List<int> _at = [];

    /// <summary>A body.</summary>
    /// <param name="text">Its text, with <see cref="Id"/> for each id.</param>
    public Template(string text)
    {
        _bytes = Encoding.UTF8.GetBytes(text);
        var id = Encoding.UTF8.GetBytes(Id);
        for (var from = 0; _bytes.AsSpan(from).IndexOf(id) is >= 0 and var at; from += at + id.Length) _at.Add(from + at);
    }

    /// <summary>Ids in it.</summary>
    public int Ids => _at.Count;

    /// <summary>The body with new ids, valid until the next one is made.</summary>
    public ReadOnlyMemory<byte> Next()
    {
        foreach (var at in _at) Utf8Formatter.TryFormat(Guid.CreateVersion7(), _bytes.AsSpan(at), out _);
        return _bytes;
    }
}
