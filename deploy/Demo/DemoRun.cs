namespace Distribution.Demo;

/// <summary>The demo: fills an empty data folder with two invented countries, then posts live.</summary>
public static class DemoRun
{
    private static readonly string[] AnyAddress = ["//0.0.0.0:", "//[::]:", "//+:", "//*:"];

    /// <summary>Runs against the server at an address until it is stopped. What goes wrong is printed, never thrown.</summary>
    public static async Task Run(string address, CancellationToken stop)
    {
        // A server that listens everywhere is reached here.
        foreach (var any in AnyAddress) address = address.Replace(any, "//127.0.0.1:", StringComparison.Ordinal);
        var console = new DemoConsole();
        using var client = new DemoClient(new Uri(address));
        try
        {
            var world = new DemoWorld();
            var facilities = await client.Get("facilities?limit=1", stop);
            if (facilities.GetProperty("items").GetArrayLength() > 0)
                console.Line("demo: the data folder is not empty, so it is not filled again");
            else
            {
                var firstDay = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-7 * DemoVaccine.Weeks);
                await new DemoFill(client, world, new DemoReports(firstDay), console).Run(stop);
                console.Line($"demo: see {address}/api/v1/coverage?country=XA&level=region&vaccineId={DemoVaccine.Covid.Id}");
            }

            await new DemoLive(client, world, console).Run(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            console.Line("demo: stopped");
        }
        catch (Exception failure) when (failure is DemoFailure or HttpRequestException)
        {
            console.Line($"demo: stopped by a failure: {failure.Message}");
        }
    }
}
