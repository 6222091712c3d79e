namespace Distribution.Storage.Embedded.Packs;

/// <summary>Where a key is: its pack and its place there, in one number that is never 0.</summary>
internal readonly record struct KeyPlace(ulong Number)
{
    private const int SlotBits = 24;

    public KeyPlace(long pack, int slot) : this(((ulong)pack << SlotBits) | (uint)slot) { }

    public long Pack => (long)(Number >> SlotBits);
    public int Slot => (int)(Number & ((1u << SlotBits) - 1));
}
