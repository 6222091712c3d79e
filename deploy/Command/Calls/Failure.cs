using Spectre.Console.Cli;

namespace Distribution.Command.Calls;

/// <summary>Why a command did not do what it was asked for, in a sentence that says what to do.</summary>
/// <param name="message">The sentence.</param>
/// <param name="code">The exit code.</param>
internal sealed class Failure(string message, int code = Failure.NotDone) : Exception(message)
{
    /// <summary>The program, as people know it.</summary>
    public const string Program = "distribution";

    /// <summary>The exit code where it was understood and not done.</summary>
    public const int NotDone = 1;

    /// <summary>The exit code where the command line is not understood, or lacks something.</summary>
    public const int Misunderstood = 2;

    /// <summary>The exit code where it was done, but for some lines.</summary>
    public const int InPart = 3;

    private readonly int _code = code;

    /// <summary>Tells it to who called the program; returns the exit code.</summary>
    public static int Tell(Exception failure)
    {
        var (message, code) = failure switch
        {
            Failure known => (known.Message, known._code),
            CommandAppException misunderstood => ($"{misunderstood.Message.TrimEnd('.')}; --help lists what is understood.", Misunderstood),
            OperationCanceledException => ("Stopped. What it had asked for may have been done all the same.", NotDone),
            _ => (failure.Message, NotDone),
        };
        Console.Error.WriteLine($"{Program}: {message}");
        return code;
    }
}
