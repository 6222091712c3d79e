using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Distribution.Load.Doors;

/// <summary>The same tallies as one CSV file and as one body of NDJSON: what a sheet costs beside the lines that it becomes.</summary>
internal static class SheetRun
{
    private const string Map = "load";
    private const int Lines = 1_000_000;
    private const int LotsOfAPlace = 3;
    private static readonly MediaTypeHeaderValue Csv = new("text/csv");
    private static readonly string[] AgeBands = ["0-17", "18-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80+"];

    /// <summary>Sends both, CSV first, and says how fast each was taken.</summary>
    /// <returns>Doses that were taken.</returns>
    public static async Task<long> Run(ApiClient api, string vaccineId, CancellationToken cancel)
    {
        await api.Must(HttpMethod.Put, $"/api/v1/administrations/imports/{Map}",
            """
            {"columns":[{"column":"place","field":"facilityId"},{"column":"vaccine","field":"vaccineId"},{"column":"number","field":"doseNumber"},
             {"column":"day","field":"occurredOn"},{"column":"lot","field":"lotNumber"},{"column":"ages","field":"ageBand"},
             {"column":"doses","field":"count"}],"dateFormat":"dd/MM/yyyy"}
            """, ApiClient.Json, cancel);
        var (csv, ndjson) = (new StringBuilder("place,vaccine,number,day,lot,ages,doses,remarks\n"), new StringBuilder());
        for (var line = 0; line < Lines; line++)
        {
            var (place, number) = (World.Regions[line % World.Regions.Count], 1 + line % 2);
            var (lot, ages) = ($"LOT{1 + line % LotsOfAPlace}", AgeBands[line % AgeBands.Length]);
            var day = Workload.FirstDay.AddDays((int)((long)line * Workload.Days / Lines));
            csv.Append(CultureInfo.InvariantCulture, $"{place},{vaccineId},{number},{day:dd'/'MM'/'yyyy},{lot},{ages},1,\n");
            ndjson.Append(CultureInfo.InvariantCulture,
                $$"""{"facilityId":"{{place}}","vaccineId":"{{vaccineId}}","doseNumber":"{{number}}","occurredOn":"{{day:yyyy-MM-dd}}","lotNumber":"{{lot}}","ageBand":"{{ages}}","count":1}""").Append('\n');
        }

        return await Send("CSV", $"import={Map}&", csv, Csv) + await Send("NDJSON", "", ndjson, ApiClient.Ndjson);

        async Task<long> Send(string name, string import, StringBuilder text, MediaTypeHeaderValue type)
        {
            var body = Encoding.UTF8.GetBytes(text.ToString());
            var started = Stopwatch.GetTimestamp();
            var (status, answer) = await api.Send(
                HttpMethod.Post, $"/api/v1/administrations?{import}submissionId={Guid.CreateVersion7()}", body, type, cancel);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if ((int)status != 200) throw new LoadFailure($"{name} is answered {(int)status}: {Encoding.UTF8.GetString(answer)}");
            Console.WriteLine($"{name}, {Lines:N0} tallies, {body.Length / 1024 / 1024:N0} MB: {Lines / seconds:N0} lines/s");
            return JsonElement.Parse(answer).GetProperty("accepted").GetInt64();
        }
    }
}
