namespace Distribution.Tests.Support;

/// <summary>The README's first dose, as its reader gives it.</summary>
public static class FirstDose
{
    private const string Heading = "## A first dose";
    private const string Begin = "```sh\n";
    private const string End = "```\n";
    private const string Address = "http://127.0.0.1:8080";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Runs the commands of the README against a system; each must be answered with a success. What they printed.</summary>
    /// <param name="to">Where it is.</param>
    /// <param name="key">The access key to sign in with, or null where nobody is asked.</param>
    public static async Task<string> Give(Uri to, string? key)
    {
        var readme = (await File.ReadAllTextAsync(Repository.PathOf("README.md"))).ReplaceLineEndings("\n");
        var text = readme[readme.IndexOf(Heading, StringComparison.Ordinal)..];
        text = text[(text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..];
        var commands = text[..text.IndexOf(End, StringComparison.Ordinal)].Replace(
            Address, to.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        // curl is satisfied with any answer unless it is told not to be.
        var signedIn = key is null ? "" : $"-H 'authorization: Bearer {key}'";
        var strict =
            $"set -euo pipefail; curl() {{ command curl {signedIn} --silent --show-error --fail-with-body --max-time 60 \"$@\"; echo; }}\n";
        return await CommandLine.Require(["bash", "-c", strict + commands], Limit);
    }
}
