namespace Distribution.SharedKernel.Places;

/// <summary>Down to which level an ally may see places: never to the facilities.</summary>
public static class ShareDepth
{
    /// <summary>All of them, from the top.</summary>
    public static IReadOnlyList<string> All { get; } = [.. PlaceLevel.All.SkipLast(1)];
}
