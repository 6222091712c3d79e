using System.Runtime.InteropServices;
using Distribution.Storage.Embedded.Packs;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Keys;

/// <summary>
/// Keys in the order of their words, written once and never changed: blocks in the store file, and in memory the first
/// word of each block and a filter.
/// </summary>
/// <param name="Id">Names the run's rows.</param>
/// <param name="Level">How often its keys were merged.</param>
/// <param name="Keys">How many it has.</param>
/// <param name="Fences">The first word of each block.</param>
/// <param name="Last">Its last word.</param>
/// <param name="Filter">Knows all its words.</param>
internal sealed record KeyRun(long Id, int Level, long Keys, ulong[] Fences, ulong Last, KeyFilter Filter)
{
    /// <summary>Keys in a block, but for the last one.</summary>
    public const int BlockKeys = 1024;

    /// <summary>Adds the places of the keys with this word; false when a block is gone, as the run was merged meanwhile.</summary>
    public bool Candidates(SqliteConnection connection, ulong word, List<KeyPlace> into)
    {
        if (!Spans(word) || !Filter.MayHold(new WordSignature(word))) return true;
        // Keys of one word may lie across blocks: from the last block that begins below it.
        var block = Array.BinarySearch(Fences, word);
        if (block < 0) block = ~block;
        while (block > 0 && Fences[block - 1] == word) block--;
        for (block = Math.Max(0, block - 1); block < Fences.Length && Fences[block] <= word; block++)
            if (!InBlock(connection, block, word, into)) return false;
        return true;
    }

    /// <summary>Whether the word lies among those of the run.</summary>
    public bool Spans(ulong word) => word >= Fences[0] && word <= Last;

    private bool InBlock(SqliteConnection connection, int block, ulong word, List<KeyPlace> into)
    {
        var statement = connection.Statement("SELECT body FROM key_blocks WHERE id = ?1").Bind(1, KeyRows.RowOf(Id, block));
        var there = statement.Step();
        if (there)
        {
            var numbers = MemoryMarshal.Cast<byte, ulong>(statement.BlobSpan(0));
            var words = numbers[..(numbers.Length / 2)];
            var at = words.BinarySearch(word);
            while (at > 0 && words[at - 1] == word) at--;
            for (; at >= 0 && at < words.Length && words[at] == word; at++) into.Add(new KeyPlace(numbers[words.Length + at]));
        }

        statement.Reset();
        return there;
    }
}
