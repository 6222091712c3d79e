using System.Runtime.Versioning;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>What a person sees who starts the program in a way that cannot work: one line, and what to do.</summary>
public sealed class CommandLineTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Distribution.Standalone.dll");

    [Theory]
    [InlineData("--help", 0, "--data FOLDER")]
    [InlineData("--frobnicate", 2, "--frobnicate is not understood; --help lists what is.")]
    [InlineData("serve", 2, "serve is not understood")]
    [InlineData("--urls", 2, "--urls without a value")]
    [InlineData("--urls --demo", 2, "--urls without a value")]
    [InlineData("--demo=true", 2, "--demo is not understood")]
    [InlineData("backup here", 2, "backup with 1 arguments, where it takes 2, is not understood")]
    public async Task A_command_line_is_explained_or_refused(string arguments, int code, string says)
    {
        var (exit, output) = await Run(arguments.Split(' '));
        Assert.Equal(code, exit);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_told_in_one_line()
    {
        await using var first = await StandaloneProcess.Start();
        var folder = Directory.CreateTempSubdirectory("distribution-taken-");
        try
        {
            var (exit, output) = await Run("--urls", first.Address.ToString(), "--data", folder.FullName);
            Assert.Equal(1, exit);
            Assert.Contains("choose another with --urls", Assert.Single(output.Trim().Split('\n')), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public async Task Nobody_else_on_the_machine_can_read_what_it_stores()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows a folder's own rights say who reads in it.");
        await using var system = await StandaloneProcess.Start();
        var stored = Directory.GetFiles(system.DataFolder, "*", SearchOption.AllDirectories);
        Assert.NotEmpty(stored);
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        Assert.All(stored, file => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & Others));
    }

    [Fact]
    public async Task The_demo_fills_two_countries_to_the_end_and_goes_on()
    {
        await using var system = await StandaloneProcess.Start(null, "--demo");
        await Condition.Until("the demo posts live", TimeSpan.FromMinutes(5), () =>
        {
            var output = system.Output;
            Assert.DoesNotContain("failure", output, StringComparison.Ordinal);
            return Task.FromResult(output.Contains("post live", StringComparison.Ordinal) ? null : output);
        });
        using var api = new ApiClient(system.Address);
        var balance = (await api.Get("ledger/balance")).Body;
        Assert.True((bool)balance["balanced"]! && (long)balance["administered"]! > 200_000, balance.ToJsonString());
    }

    private static Task<(int ExitCode, string Output)> Run(params string[] arguments) =>
        CommandLine.Run(["dotnet", Program, .. arguments], TimeSpan.FromMinutes(1));
}
