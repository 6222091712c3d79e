using System.Collections.Concurrent;

namespace Distribution.Tests.Support;

/// <summary>
/// Since when an answer of a system holds all that was written to it by clients of this process: who knows that need not wait for an answer
/// that is newer still.
/// </summary>
internal sealed class Written
{
    private static readonly ConcurrentDictionary<string, Written> Systems = new();

    private readonly Lock _gate = new();
    private DateTimeOffset _written = DateTimeOffset.UtcNow;
    private DateTimeOffset _takenIn = DateTimeOffset.MinValue;

    /// <summary>When the last write was answered, or was taken in by all parts, whichever was later.</summary>
    public DateTimeOffset Since
    {
        get
        {
            lock (_gate) return _takenIn > _written ? _takenIn : _written;
        }
    }

    /// <summary>What was written to the system at an address.</summary>
    public static Written To(Uri address) => Systems.GetOrAdd(address.Authority, _ => new Written());

    /// <summary>Notes that all parts have taken in what had been written.</summary>
    public void NoteTakenIn()
    {
        lock (_gate)
        {
            if (_takenIn <= _written) _takenIn = DateTimeOffset.UtcNow;
        }
    }

    /// <summary>A handler that notes the writes that pass it.</summary>
    public DelegatingHandler Noting(HttpMessageHandler inner) => new Handler(this) { InnerHandler = inner };

    private void Note()
    {
        lock (_gate) _written = DateTimeOffset.UtcNow;
    }

    private sealed class Handler(Written written) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                // Who may see the figures is no part of them.
                var isOfAccess = request.RequestUri?.AbsolutePath is { } path
                    && (path.Contains("/access/", StringComparison.Ordinal) || path.EndsWith("/session", StringComparison.Ordinal));
                if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head && !isOfAccess) written.Note();
            }
        }
    }
}
