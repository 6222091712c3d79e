using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace Distribution.Architecture.Tests;

/// <summary>Which folder may use which, as the compiled code does.</summary>
public sealed class FolderTests
{
    private static readonly string[] Programs =
    [
        "Distribution.Administration", "Distribution.Contracts", "Distribution.Gateway", "Distribution.Inventory", "Distribution.Platform",
        "Distribution.Screens", "Distribution.SharedKernel", "Distribution.Shipment", "Distribution.Storage.Embedded",
        "Distribution.Storage.MongoDb",
    ];

    private static readonly ArchUnitNET.Domain.Architecture House =
        new ArchLoader().LoadAssemblies([.. Programs.Select(Assembly.Load)]).Build();

    public static TheoryData<string> Names => [.. Programs];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_folders_use_each_other_in_a_circle(string program)
    {
        var arrows = Arrows(program);
        var circles = arrows.Keys.Where(from => Reached(from, arrows).Contains(from))
            .Select(from => $"{from} -> {string.Join(", ", Back(from).Select(to => $"{to.Key} ({to.Value})"))}");
        Assert.Empty(circles);

        IEnumerable<KeyValuePair<string, string>> Back(string from) => arrows[from].Where(to => Reached(to.Key, arrows).Contains(from));
    }

    [Fact]
    public void No_dose_is_known_to_the_platform_and_the_stores() => Assert.Empty(
        House.Types.Where(type => type.FullName.StartsWith("Distribution.Platform", StringComparison.Ordinal) || type.FullName.StartsWith(
            "Distribution.Storage", StringComparison.Ordinal))
            .Where(type => type.Name.Contains("Dose", StringComparison.Ordinal) || type.Members.Any(
                member => member.Name.Contains("Dose", StringComparison.Ordinal)))
            .Select(type => type.FullName));

    [Theory]
    [InlineData("Distribution.Inventory.Ledger")]
    [InlineData("Distribution.Inventory.Reference")]
    [InlineData("Distribution.Administration.Intake.Lines")]
    [InlineData("Distribution.Administration.Reference")]
    [InlineData("Distribution.SharedKernel")]
    [InlineData("Distribution.Contracts")]
    public void Nothing_below_the_features_knows_HTTP(string folder) => Assert.Empty(
        TypesIn(folder).SelectMany(
            type => type.Dependencies.Where(used => used.Target.FullName.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal))
            .Select(used => $"{type.FullName} uses {used.Target.FullName}")));

    /// <summary>From each folder of a program to the others that its types use, with one use as an example.</summary>
    private static Dictionary<string, Dictionary<string, string>> Arrows(string program)
    {
        var arrows = new Dictionary<string, Dictionary<string, string>>();
        foreach (var type in TypesIn(program))
        {
            if (Folder(type, program) is not { } from) continue;
            foreach (var used in type.Dependencies)
            {
                if (used.Target.Namespace is not { } there || !IsIn(there.FullName, program) || Folder(used.Target, program) is not { } to
                    || to == from)
                    continue;
                if (!arrows.TryGetValue(from, out var targets)) arrows[from] = targets = [];
                targets.TryAdd(to, $"{type.Name} uses {used.Target.Name}");
            }
        }

        return arrows;
    }

    // What stands in no folder puts a program together: it may use all of it.
    private static string? Folder(IType type, string program) =>
        type.Namespace.FullName.Length > program.Length ? type.Namespace.FullName[(program.Length + 1)..] : null;

    private static IEnumerable<IType> TypesIn(string folder) =>
        House.Types.Where(type => type.Namespace is { } its && IsIn(its.FullName, folder));

    private static bool IsIn(string name, string root) => name == root || name.StartsWith(root + ".", StringComparison.Ordinal);

    private static HashSet<string> Reached(string from, Dictionary<string, Dictionary<string, string>> arrows)
    {
        var reached = new HashSet<string>();
        var next = new Stack<string>([from]);
        while (next.TryPop(out var at))
        {
            if (!arrows.TryGetValue(at, out var targets)) continue;
            foreach (var to in targets.Keys)
                if (reached.Add(to)) next.Push(to);
        }

        return reached;
    }
}
