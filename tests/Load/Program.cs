using Distribution.Load;

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
    var report = new Report();
    await using var databases = options.MongoDb is { } mongoDb ? new MongoLimit(mongoDb) : null;
    if (options.Mode is "single" or "all") report.Add(await SingleRun.Run(options, stop.Token));
    if (options.Mode is "batch" or "all") report.Add(await BatchRun.Run(options, stop.Token));
    if (options.Mode is "compare") await CompareRun.Run(options, report, stop.Token);
    if (options.Mode is "limit" or "all" || (options.Mode is "batch" && options.Limit)) report.AddLimit(databases is null ? BareLimit.Run(options, stop.Token) : await databases.Run(options, stop.Token));
    return report.Print() ? 0 : 1;
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
