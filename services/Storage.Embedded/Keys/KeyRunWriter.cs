using System.Runtime.InteropServices;

namespace Distribution.Storage.Embedded.Keys;

/// <summary>Makes a run of keys that come in the order of their words, block by block.</summary>
/// <param name="id">The new run.</param>
/// <param name="level">Its level.</param>
/// <param name="keys">How many keys will come.</param>
/// <param name="write">Takes each block: its row and its bytes.</param>
internal sealed class KeyRunWriter(long id, int level, long keys, Action<long, byte[]> write)
{
    private readonly List<ulong> _fences = [];
    private readonly KeyFilter _filter = new(keys);
    private readonly ulong[] _words = new ulong[KeyRun.BlockKeys];
    private readonly ulong[] _places = new ulong[KeyRun.BlockKeys];
    private int _inBlock;
    private ulong _last;

    public void Add(ulong word, ulong place)
    {
        _words[_inBlock] = word;
        _places[_inBlock++] = place;
        _last = word;
        if (_inBlock == KeyRun.BlockKeys) WriteBlock();
    }

    /// <summary>The run, when all keys have come. It is not part of the store yet.</summary>
    public KeyRun Finish()
    {
        if (_inBlock > 0) WriteBlock();
        return new KeyRun(id, level, keys, [.. _fences], _last, _filter);
    }

    private void WriteBlock()
    {
        _fences.Add(_words[0]);
        // Many one after the other, so that the processor fetches the lines of the next ones while it waits for one.
        foreach (var word in _words.AsSpan(0, _inBlock)) _filter.Add(word);
        var body = new byte[_inBlock * 2 * sizeof(ulong)];
        var numbers = MemoryMarshal.Cast<byte, ulong>(body.AsSpan());
        _words.AsSpan(0, _inBlock).CopyTo(numbers);
        _places.AsSpan(0, _inBlock).CopyTo(numbers[_inBlock..]);
        write(KeyRows.RowOf(id, _fences.Count - 1), body);
        _inBlock = 0;
    }
}
