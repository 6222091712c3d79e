using System.Diagnostics;

namespace Distribution.Demo;

/// <summary>Shows progress: in one line that is written over on a terminal, in a line now and then elsewhere.</summary>
internal sealed class DemoConsole
{
    private static readonly TimeSpan TerminalEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FileEvery = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private long _shown;
    private int _width;

    /// <summary>Something that happened; stays.</summary>
    public void Line(string text)
    {
        lock (_gate)
        {
            Clear();
            Console.WriteLine(text);
        }
    }

    /// <summary>How far it is; the next text replaces it.</summary>
    public void Progress(string text)
    {
        lock (_gate)
        {
            if (Stopwatch.GetElapsedTime(_shown) < (Console.IsOutputRedirected ? FileEvery : TerminalEvery)) return;
            _shown = Stopwatch.GetTimestamp();
            if (Console.IsOutputRedirected)
            {
                Console.WriteLine(text);
                return;
            }

            // A line that wraps could not be written over.
            var room = Math.Max(20, Console.WindowWidth - 1);
            if (text.Length > room) text = text[..room];
            Console.Write($"\r{text.PadRight(_width)}");
            _width = text.Length;
        }
    }

    /// <summary>Does one step of several, and says how long it took.</summary>
    public async Task Step(string name, Func<Task<string>> work)
    {
        // A file gets the line at the end of the step, and others only when the step takes long.
        if (Console.IsOutputRedirected) lock (_gate) _shown = Stopwatch.GetTimestamp();
        else Progress($"demo: {name} ...");
        var started = Stopwatch.GetTimestamp();
        var result = await work();
        Line($"demo: {name}: {result} ({Stopwatch.GetElapsedTime(started).TotalSeconds:N1} s)");
    }

    private void Clear()
    {
        if (_width > 0) Console.Write($"\r{new string(' ', _width)}\r");
        _width = 0;
    }
}
