using System.Text.RegularExpressions;

namespace Distribution.Architecture.Tests;

public sealed partial class LayoutTests
{
    // What services may share; every other folder of services is a service.
    private static readonly string[] Shared =
    [
        "Contracts", "Interop.Dhis2", "Interop.Fhir", "Interop.Hl7v2", "Interop.Sheets", "Platform", "SharedKernel", "Storage.Embedded",
        "Storage.MongoDb",
    ];

    // Chooses between the broker and the process.
    private const string MessagingSetup = "services/Platform/Hosting/MessagingSetup.cs";

    // A program names the kinds of store that it carries.
    private const string Program = "/Program.cs";

    // As .editorconfig has it.
    private const int LineCharsMax = 140;

    private static readonly string[] Adapters = ["services/Storage.Embedded/", "services/Storage.MongoDb/"];

    private static IEnumerable<string> Services => Sources.FoldersIn("services").Except(Shared);

    [Fact]
    public void The_domain_knows_no_clock_no_input_or_output_no_chance_and_no_package()
    {
        var domain = Services.Select(service => $"services/{service}/Domain").Append("services/SharedKernel")
            .Append("services/Administration/Intake/Lines").ToArray();
        Assert.Empty(Sources.Code(domain).SelectMany(file => file.Lines(Impure())));
    }

    [Fact]
    public void The_domain_uses_only_the_base_library_the_contracts_and_itself()
    {
        Assert.All(Services, service =>
        {
            var own = $"Distribution.{service}.Domain";
            var foreign = Sources.Code($"services/{service}/Domain").SelectMany(file => Using().Matches(file.Code)
                .Select(match => match.Groups["name"].Value)
                .Where(name => !IsIn(name, "System") && !IsIn(name, "Distribution.Contracts") && !IsIn(name, "Distribution.SharedKernel")
                    && !IsIn(name, own))
                .Select(name => $"{file.Path} uses {name}"));
            Assert.Empty(foreign);
        });
    }

    [Fact]
    public void No_line_of_code_is_longer_than_the_editor_shows() => Assert.Empty(
        Sources.Code("services", "gateway", "deploy", "tests").SelectMany(file =>
        {
            var text = false;
            return file.Text.Split('\n').Where(line =>
            {
                // A text over several lines is as it is sent or shown.
                var (within, borders) = (text, line.Split("\"\"\"").Length - 1);
                text ^= borders % 2 == 1;
                return line.Length > LineCharsMax && !within && borders == 0;
            }).Select(line => $"{file.Path}: {line.Trim()}").ToList();
        }));

    [Fact]
    public void Services_never_reference_each_other()
    {
        Assert.NotEmpty(Services);
        Assert.Empty(Sources.Projects([.. Services.Select(service => $"services/{service}"), "gateway"]).SelectMany(ForeignReferences));
        Assert.All(Services, service => Assert.Empty(
            Sources.Code($"services/{service}").SelectMany(file => Services.Where(other => other != service)
                .SelectMany(other => file.Lines(new Regex($@"\bDistribution\.{other}\b"))))));

        static IEnumerable<string> ForeignReferences(SourceFile project) => ProjectReference().Matches(project.Code)
            .Select(match => match.Groups["name"].Value)
            // The pages are served by the gateway, and ask the API as anybody does.
            .Where(name => !Shared.Contains(name) && (name, project.Path) != ("Screens", "gateway/Gateway.csproj"))
            .Select(name => $"{project.Path} references {name}");
    }

    [Fact]
    public void Contracts_and_the_shared_kernel_reference_nothing_and_the_platform_knows_only_these()
    {
        Assert.All(Sources.Projects("services/Contracts", "services/SharedKernel"), project =>
            Assert.DoesNotContain("Reference", project.Code, StringComparison.Ordinal));
        var platform = Assert.Single(Sources.Projects("services/Platform"));
        Assert.Equal(["Contracts", "SharedKernel"], ProjectReference().Matches(platform.Code).Select(match => match.Groups["name"].Value));
    }

    [Fact]
    public void Only_the_messaging_of_the_platform_names_the_broker() => Assert.Empty(
        Sources.Code("services", "gateway", "deploy")
            .Where(file => !file.Path.StartsWith("services/Platform/Messaging/", StringComparison.Ordinal) && file.Path != MessagingSetup)
            .SelectMany(file => file.Lines(Broker())));

    [Fact]
    public void Only_their_adapters_and_the_programs_that_carry_them_name_a_database() => Assert.Empty(
        Sources.Code("services", "gateway", "deploy")
            .Where(file => !Adapters.Any(adapter => file.Path.StartsWith(adapter, StringComparison.Ordinal)) && !file.Path.EndsWith(
                Program, StringComparison.Ordinal))
            .SelectMany(file => file.Lines(Database())));

    [Fact]
    public void Only_its_adapter_references_the_driver_of_the_database_that_needs_packages_of_its_own() => Assert.Equal(
        ["services/Storage.MongoDb/Storage.MongoDb.csproj"],
        Sources.Projects("services", "gateway", "deploy").Where(project => project.Code.Contains("\"MongoDB.", StringComparison.Ordinal))
            .Select(project => project.Path));

    [Theory]
    [InlineData("var now = DateTimeOffset.UtcNow;")]
    [InlineData("Decide(TimeProvider time)")]
    [InlineData("File.ReadAllText(path)")]
    [InlineData("using MassTransit;")]
    [InlineData("Guid.NewGuid()")]
    [InlineData("new Random()")]
    public void What_the_domain_may_not_know_is_recognised(string code) => Assert.Matches(Impure(), code);

    private static bool IsIn(string name, string root) => name == root || name.StartsWith(root + ".", StringComparison.Ordinal);

    [GeneratedRegex(
        @"\b(DateTime|DateTimeOffset)\.(Now|UtcNow|Today)\b|\bTimeProvider\b|\bStopwatch\b|\bEnvironment\.|\bTask\.Delay\b|\bThread\." +
        @"|\bSystem\.(IO|Net|Threading|Diagnostics)\b|\b(File|Directory|Console)\.|\bHttpClient\b|\bnew Random\b|\bRandom\.Shared\b" +
        @"|\bGuid\.(NewGuid|CreateVersion7)\b|\bMicrosoft\.|\bMassTransit\b|\bDistribution\.Platform\b")]
    private static partial Regex Impure();

    [GeneratedRegex(@"^\s*(global )?using (static |\w+ = )?(?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"<ProjectReference Include=""[^""]*?(?<name>[\w.]+)\.csproj""")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"RabbitMq", RegexOptions.IgnoreCase)]
    private static partial Regex Broker();

    [GeneratedRegex(@"Sqlite|Mongo", RegexOptions.IgnoreCase)]
    private static partial Regex Database();
}
