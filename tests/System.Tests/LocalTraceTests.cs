using Distribution.Tests.Support;

namespace Distribution.SystemTests;

public sealed class ObservedLocalSystem : ObservedSystem
{
    public override (string, string, string) Names => ("distribution-gateway", "distribution-administration", "distribution-inventory");

    public override string? Missing => LocalSystem.Missing();

    protected override async Task<IHosting> Start(IReadOnlyDictionary<string, string> environment) =>
        await LocalSystem.Start(environment: environment);
}

/// <summary>What the distributed system tells a collector.</summary>
public sealed class LocalTraceTests(ObservedLocalSystem observed) : TraceSuite(observed), IClassFixture<ObservedLocalSystem>;
