using System.Diagnostics;

namespace Distribution.Load;

/// <summary>
/// Lets the generator go on with an answer on the thread that finds it there. Its clients only wait for answers, and a
/// change of threads for each would take a third of what the generator takes from the server.
/// </summary>
internal static class InlineSockets
{
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>From the first socket on, which there must not be yet.</summary>
    public static void Use() => Environment.SetEnvironmentVariable(Variable, "1");

    /// <summary>A server decides for itself.</summary>
    public static void NotIn(ProcessStartInfo server) => server.Environment.Remove(Variable);
}
