namespace Distribution.Platform.Hosting;

/// <summary>
/// <c>health URL</c>: the program asks one that runs, such as <c>http://127.0.0.1:8080/health/ready</c>, so that a container's
/// health check needs no other program in its image.
/// </summary>
public static class HealthCommand
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    /// <summary>Asks, where that is the command: prints the answer, or why there is none.</summary>
    /// <returns>The process's exit code, 0 where the answer is a success, or null where the command is another.</returns>
    public static async Task<int?> Asked(string[] args)
    {
        if (args is not ["health", var url]) return null;
        try
        {
            // The one that is asked is on this machine: a proxy of the environment is for elsewhere.
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = AnswerLimit };
            using var answer = await http.GetAsync(new Uri(url));
            Console.WriteLine(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or UriFormatException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }
}
