using Distribution.Load;
using Distribution.Load.Italy;

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
    if (options.Mode is "single" or "all") report.Add(await SingleRun.Run(options, stop.Token));
    if (options.Mode is "batch" or "all") report.Add(await BatchRun.Run(options, stop.Token));
    if (options.Mode is "compare") await CompareRun.Run(options, report, stop.Token);
    if (options.Mode is "limit" or "all" || (options.Mode is "batch" && options.Limit))
        report.AddLimit(BareLimit.Run(options.Data, BatchRun.Work(options), stop.Token));
    if (options.Mode is "italy")
    {
        var table = ItalyTable.Read(options.Campaign);
        report.Add(await ItalyRun.Run(options, table, stop.Token));
        if (options.Limit)
        {
            var doses = Math.Min(options.LimitDoses, options.Doses ?? table.Doses);
            report.AddLimit(BareLimit.Run(options.Data, new CampaignWork(table, options with { Repeat = 0 }, doses), stop.Token));
        }
    }

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
