using System.Text;

namespace Distribution.Broker.Tests;

/// <summary>What came of one fault.</summary>
/// <param name="Fault">What went wrong.</param>
/// <param name="Times">How often.</param>
/// <param name="Acknowledged">Requests that were acknowledged meanwhile.</param>
/// <param name="Lost">Acknowledged doses that are missing, in coverage, ledger or what was delivered.</param>
/// <param name="DoubleCounted">Doses that are there and were not acknowledged.</param>
/// <param name="Injecting">How long it went wrong, under load.</param>
/// <param name="Draining">From the end of the load to the moment when all was counted and nothing waited.</param>
internal sealed record Result(
    string Fault, int Times, int Acknowledged, long Lost, long DoubleCounted, TimeSpan Injecting, TimeSpan Draining);

/// <summary>The results as a table.</summary>
internal static class Results
{
    public static string Table(IEnumerable<Result> results)
    {
        var table = new StringBuilder();
        table.AppendLine($"{"fault",-46} {"times",5} {"acknowledged",12} {"lost",6} {"double",6} {"under load s",12} {"to drain s",10}");
        foreach (var result in results)
        {
            table.AppendLine($"{result.Fault,-46} {result.Times,5} {result.Acknowledged,12} {result.Lost,6} {result.DoubleCounted,6} "
                + $"{result.Injecting.TotalSeconds,12:F1} {result.Draining.TotalSeconds,10:F1}");
        }

        return table.ToString();
    }
}
