namespace Distribution.Load;

/// <summary>Where a server is, and what opens it.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Key">The access key to sign in with; null where nobody is asked.</param>
internal sealed record Door(Uri Address, string? Key)
{
    /// <summary>A server that asks nobody.</summary>
    public static implicit operator Door(Uri address) => new(address, null);

    /// <summary>The line of a request's head that signs it, or nothing.</summary>
    public string HeadLine { get; } = Key is null ? "" : $"Authorization: Bearer {Key}\r\n";
}
