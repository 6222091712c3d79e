namespace Distribution.Inventory.Ledger;

/// <summary>Ids of ledger entries, and of the facility that they begin with.</summary>
internal static class EntryIds
{
    /// <summary>A UUIDv7 of which the ones of one change are in the order of their index.</summary>
    public static Guid Next(DateTimeOffset now, int index)
    {
        // The 12 bits after the version hold the index: RFC 9562 leaves them to a counter.
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(now).TryWriteBytes(bytes, bigEndian: true, out _);
        var counter = Math.Min(index, 0xFFF);
        bytes[6] = (byte)(0x70 | (counter >> 8));
        bytes[7] = (byte)counter;
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>An id after all entries of a facility.</summary>
    public static string Last(string facilityId) => $"{facilityId}.{Guid.AllBitsSet:N}";

    /// <summary>The facility of an entry id, or null when the text is no entry id.</summary>
    public static string? FacilityOf(string entryId)
    {
        var dot = entryId.LastIndexOf('.');
        return dot > 0 && Guid.TryParseExact(entryId.AsSpan(dot + 1), "N", out _) ? entryId[..dot] : null;
    }
}
