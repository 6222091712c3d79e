namespace Distribution.Gateway.Caching;

/// <summary>Keeps what was used last, within a number of entries and of bytes. Safe for many threads.</summary>
/// <param name="entriesMax">Entries at most.</param>
/// <param name="bytesMax">Bytes at most, over all entries; a larger value is not kept at all.</param>
internal sealed class BoundedCache<T>(int entriesMax, long bytesMax) where T : class
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;

    /// <summary>Entries that are kept now.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    /// <summary>The value, which thereby is the one used last, or null.</summary>
    public T? Find(string key)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var node)) return null;
            if (node != _byUse.First)
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
            }

            return node.Value.Value;
        }
    }

    /// <summary>Keeps a value in place of the one before, and lets go of those unused for longest.</summary>
    public void Put(string key, T value, long bytes)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var old)) Remove(old);
            if (bytes > bytesMax) return;
            _entries[key] = _byUse.AddFirst(new Entry(key, value, bytes));
            _bytes += bytes;
            while (_entries.Count > entriesMax || _bytes > bytesMax) Remove(_byUse.Last!);
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Key);
        _bytes -= node.Value.Bytes;
    }

    private readonly record struct Entry(string Key, T Value, long Bytes);
}
