using System.Net;
using System.Text.Json;

namespace Distribution.Command.Calls;

/// <summary>What a system says of a request that it refuses.</summary>
internal static class Problem
{
    /// <summary>The refusal, in the words of the system: its title, its detail, and what is wrong with which field.</summary>
    public static async Task<Failure> Of(HttpResponseMessage response, CancellationToken cancel)
    {
        var text = await response.Content.ReadAsStringAsync(cancel);
        var (title, detail, fields) = Read(text) ?? ($"{(int)response.StatusCode} {response.ReasonPhrase}", null, []);
        var words = detail is null ? title : $"{title}: {detail}";
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            words = $"{title}: this needs an access key that holds. Name its file with --key-file or DISTRIBUTION_KEY_FILE.";
        if (response.Headers.RetryAfter?.Delta is { } wait) words += $" Ask again in {wait.TotalSeconds:0} s.";
        var more = fields.Where(field => detail?.Contains(field, StringComparison.Ordinal) != true);
        return new Failure(string.Join("\n  ", more.Prepend(words)));
    }

    private static (string Title, string? Detail, IReadOnlyList<string> Fields)? Read(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var problem = json.RootElement;
            if (problem.ValueKind != JsonValueKind.Object || Text(problem, "title") is not { } title) return null;
            var fields = problem.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Object
                ? errors.EnumerateObject().SelectMany(field => field.Value.EnumerateArray().Select(
                    wrong => $"{field.Name}: {wrong.GetString()}")).ToArray()
                : [];
            return (title, Text(problem, "detail"), fields);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
