namespace Distribution.Load;

/// <summary>Where a server is, and what opens it.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Key">The access key to sign in with; null where nobody is asked.</param>
internal sealed record Door(Uri Address, string? Key)
{
    /// <summary>A server that asks nobody.</summary>
    public static implicit operator Door(Uri address) => new(address, null);

    /// <summary>The lines of a request's head that say to whom it goes, and sign it.</summary>
    public string HeadLines { get; } = $"Host: {Address.Authority}\r\n" + (Key is null ? "" : $"Authorization: Bearer {Key}\r\n");
}
