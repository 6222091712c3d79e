namespace Distribution.Inventory.Domain;

/// <summary>Something that a fact names and that may not be known yet.</summary>
internal readonly record struct Named(string Kind, string Id)
{
    /// <summary>A facility.</summary>
    public static Named Facility(string id) => new("facility", id);

    /// <summary>A vaccine.</summary>
    public static Named Vaccine(string id) => new("vaccine", id);

    /// <summary>The reference as <c>kind:id</c>.</summary>
    public override string ToString() => $"{Kind}:{Id}";

    /// <summary>The reference that a text names.</summary>
    public static Named Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new Named(text[..colon], text[(colon + 1)..]);
    }
}
