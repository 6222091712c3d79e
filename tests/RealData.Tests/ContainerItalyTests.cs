using Distribution.Tests.Support;

[assembly: AssemblyFixture(typeof(ContainerImages))]

namespace Distribution.RealData.Tests;

/// <summary>Every part a container of its own, on the official images of the broker and the database.</summary>
public sealed class ContainerItalyTests(ContainerImages images) : ItalyTests
{
    protected override async Task<IHosting> Start()
    {
        var missing = MongoSystem.MissingForLong() ?? await images.Missing();
        Assert.SkipWhen(missing is not null, missing ?? "");
        return await ContainerSystem.Start(images);
    }
}
