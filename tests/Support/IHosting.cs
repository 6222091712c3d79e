namespace Distribution.Tests.Support;

/// <summary>The system under test as real processes. How they are hosted is all that differs between hostings.</summary>
public interface IHosting : IAsyncDisposable
{
    /// <summary>Where the public API serves.</summary>
    Uri Address { get; }

    /// <summary>The access key that may do everything; null where nobody is asked to sign in.</summary>
    string? Key => null;

    /// <summary>The processes that may die.</summary>
    IReadOnlyList<string> Parts { get; }

    /// <summary>SIGKILL to a part, which is then started again. It need not be ready when this returns.</summary>
    Task Crash(string part);
}
