namespace Distribution.Administration.Intake;

/// <summary>What becomes of a line that is not simply new and counted.</summary>
/// <param name="Kind">What.</param>
/// <param name="Why">What it waits for, or what differs; null where that goes without saying.</param>
internal readonly record struct LineFate(FateKind Kind, string? Why);

/// <summary>What becomes of a line.</summary>
internal enum FateKind
{
    /// <summary>It waits for something that is not known.</summary>
    Held,

    /// <summary>It had come before with the same content.</summary>
    Repeated,

    /// <summary>It had come before with other content.</summary>
    Conflict,
}
