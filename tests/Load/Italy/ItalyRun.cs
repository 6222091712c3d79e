using Distribution.Load.Postgres;

namespace Distribution.Load.Italy;

/// <summary>Italy's whole campaign as individual doses, and every figure compared with the official table.</summary>
internal static class ItalyRun
{
    private const int ClientsDefault = 4;

    public static async Task<RunResult> Run(LoadOptions options, ItalyTable table, CancellationToken cancel)
    {
        using var server = await Server.Start(options, cancel);
        using var api = new ApiClient(server.Door);
        var name = $"{(options.Distributed ? "distributed " : "")}{Name(options)}";
        var doses = Math.Min(options.Doses ?? table.Doses, table.Doses);
        Console.WriteLine($"{name}: {server.Address}, {doses:N0} doses in order, setting up");
        await ItalyCountry.SetUp(api, table, cancel);

        var view = new View(api, ItalyTable.Country, ItalyTable.Vaccine);
        var work = new CampaignWork(table, options, doses);
        var result = await Measured.Run(new MeasuredRun
        {
            Name = name,
            Server = server,
            Api = api,
            View = view,
            Work = work,
            Clients = options.Clients ?? ClientsDefault,
            Rate = options.Rate,
            First = async () =>
            {
                await api.Bulk("/api/v1/shipments/bulk", table.Consignments, cancel);
                await view.UntilDelivered(table.Delivered, cancel);
                Console.WriteLine($"{name}: {table.Delivered:N0} doses delivered in {table.Consignments.Count:N0} consignments");
            },
            Progress = true,
            KillAt = options.KillAt,
        }, cancel);

        Console.WriteLine($"{name}: comparing with the table");
        var check = new ItalyCheck(api, table, new CampaignFigures(table, work.Dealt, options.Ages), options, cancel);
        IReadOnlyList<string> differences;
        try
        {
            differences = await check.Run(work.Dealt);
        }
        catch (LoadFailure failure)
        {
            differences = [failure.Message];
        }

        return result with { FiguresCompared = check.Compared, Failures = [.. result.Failures, .. differences] };
    }

    /// <summary>The beginning of the campaign for a PostgreSQL endpoint.</summary>
    public static Task<PostgresResult> RunPostgres(PostgresKind kind, LoadOptions options, ItalyTable table, CancellationToken cancel) =>
        PostgresRun.Run(
        Name(options), kind, options, options.Clients ?? ClientsDefault, table.Regions.Select(region => (region.Id, ItalyTable.Country)),
        repeat => Work(options, table, options.PostgresDoses, repeat), cancel);

    /// <summary>The beginning of the campaign for what is compared with, without repeats or with so large a fraction of them.</summary>
    public static IWork Work(LoadOptions options, ItalyTable table, long doses, double repeat = 0) =>
        new CampaignWork(table, options with { Repeat = repeat }, Math.Min(doses, options.Doses ?? table.Doses));

    private static string Name(LoadOptions options) =>
        $"italy {(options.Ndjson ? "ndjson" : "json")} {(options.TimeOrderedIds ? "v7" : "v4")}";
}
