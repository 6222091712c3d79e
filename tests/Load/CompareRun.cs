namespace Distribution.Load;

/// <summary>The same batches against one process and against the distributed system, and how fresh the latter is at half its
/// rate.</summary>
internal static class CompareRun
{
    public static async Task Run(LoadOptions options, Report report, CancellationToken cancel)
    {
        report.Add(await BatchRun.Run(options with { Distributed = false }, cancel));
        var distributed = await BatchRun.Run(options with { Distributed = true }, cancel);
        report.Add(distributed);
        var half = Math.Max(1, Math.Floor(distributed.CountedPerSecond / 2));
        report.Add(await BatchRun.Run(options with { Distributed = true, Rate = half, Doses = distributed.Doses / 2 }, cancel));
    }
}
