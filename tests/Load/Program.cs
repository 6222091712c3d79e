using Distribution.Load;
using Distribution.Load.Postgres;

if (args is [LoadOptions.PostgresEndpoint, var kind, var url, var connection])
    return await PostgresEndpoint.Run(Enum.Parse<PostgresKind>(kind), url, connection);

InlineSockets.Use();
LoadOptions options;
try
{
    options = LoadOptions.Parse(args);
}
catch (FormatException problem)
{
    Console.Error.WriteLine(problem.Message);
    Console.Error.WriteLine(LoadOptions.Usage);
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    return await Modes.Run(options, args, stop.Token) ? 0 : 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped.");
    return 130;
}
catch (LoadFailure failure)
{
    Console.Error.WriteLine($"FAILED: {failure.Message}");
    return 1;
}
