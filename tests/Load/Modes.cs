using System.Diagnostics;
using Distribution.Load.Doors;
using Distribution.Load.Italy;
using Distribution.Load.Postgres;
using Distribution.Load.Read;

namespace Distribution.Load;

/// <summary>What each mode runs, and what becomes of its results.</summary>
internal static class Modes
{
    /// <summary>Runs the mode that the options name, prints, and says whether all was right.</summary>
    public static async Task<bool> Run(LoadOptions options, string[] args, CancellationToken cancel)
    {
        if (options.Mode is "doors")
        {
            await DoorsRun.Run(options, cancel);
            return true;
        }

        if (options.Mode is "plot")
        {
            if (options.Json is null || options.Plot is null) throw new LoadFailure("plot needs --json FILE[,FILE…] and --plot FILE");
            await File.WriteAllTextAsync(
                options.Plot, Plot.Svg([.. options.Json.Split(',').SelectMany(file => Results.Read(file).Runs)]), cancel);
            return true;
        }

        var report = new Report();
        IReadOnlyList<ReadResult> reads = [];
        switch (options.Mode)
        {
            case "single": await Single(options, report, cancel); break;
            case "batch": await Batch(options, report, cancel); break;
            case "all":
                await Single(options, report, cancel);
                await Batch(options, report, cancel);
                break;
            case "compare": await CompareRun.Run(options, report, cancel); break;
            case "soak": report.Add(await SoakRun.Run(options, cancel)); break;
            case "italy": await Italy(options, report, cancel); break;
            case "limit": report.AddLimit(BareLimit.Run(options.Data, BatchRun.Work(options), cancel)); break;
            case "bodies": Bodies(options, cancel); break;
            case "postgres":
                foreach (var kind in options.Postgres) report.Add(await SingleRun.RunPostgres(kind, options, cancel));
                foreach (var kind in options.Postgres) report.Add(await BatchRun.RunPostgres(kind, options, cancel));
                break;
            default:
                (reads, var load) = await ReadRun.Run(options, cancel);
                report.Add(load);
                break;
        }

        var ok = report.Print();
        if (options.Json is not null) Results.Of(args, report.Runs, report.Limit, report.Postgres, reads).Write(options.Json);
        if (options.Plot is not null) await File.WriteAllTextAsync(options.Plot, Plot.Svg(report.Runs), cancel);
        return ok;
    }

    private static async Task Single(LoadOptions options, Report report, CancellationToken cancel)
    {
        var full = await SingleRun.Run(options, cancel);
        report.Add(full);
        if (options.Rate is null) report.Add(await SingleRun.RunAtHalf(options, full, cancel));
        await WithPostgres(report, options, kind => SingleRun.RunPostgres(kind, options, cancel));
    }

    private static async Task Batch(LoadOptions options, Report report, CancellationToken cancel)
    {
        await using var databases = options.MongoDb is { } mongoDb ? new MongoLimit(mongoDb) : null;
        report.Add(await BatchRun.Run(options, cancel));
        if (options.Limit)
            report.AddLimit(databases is null ? BareLimit.Run(options.Data, BatchRun.Work(options), cancel) : await databases.Run(
                BatchRun.Work(options), cancel));
        await WithPostgres(report, options, kind => BatchRun.RunPostgres(kind, options, cancel));
    }

    private static async Task Italy(LoadOptions options, Report report, CancellationToken cancel)
    {
        var table = ItalyTable.Read(options.Campaign);
        report.Add(await ItalyRun.Run(options, table, cancel));
        if (options.Limit) report.AddLimit(BareLimit.Run(options.Data, ItalyRun.Work(options, table, options.LimitDoses), cancel));
        await WithPostgres(report, options, kind => ItalyRun.RunPostgres(kind, options, table, cancel));
    }

    // What was measured before is not lost where there is nothing to compare it with.
    private static async Task WithPostgres(Report report, LoadOptions options, Func<PostgresKind, Task<PostgresResult>> run)
    {
        try
        {
            foreach (var kind in options.Postgres) report.Add(await run(kind));
        }
        catch (LoadFailure failure)
        {
            report.AddNote($"not compared with PostgreSQL: {failure.Message}");
        }
    }

    // The generator's own ceiling: the campaign's bodies, made by one thread and sent nowhere.
    private static void Bodies(LoadOptions options, CancellationToken cancel)
    {
        var table = ItalyTable.Read(options.Campaign);
        var bodies = ItalyRun.Work(options, table, options.LimitDoses).Bodies(0);
        long doses = 0, bytes = 0;
        var started = Stopwatch.GetTimestamp();
        for (; bodies.Next() is { } submission; doses += submission.Doses, bytes += submission.Body.Length)
            cancel.ThrowIfCancellationRequested();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine($"bodies: {doses:N0} doses, {doses / seconds:N0} doses/s, {seconds / doses * 1e9:N0} ns and "
            + $"{(double)bytes / doses:N0} bytes a dose");
    }
}
