using Distribution.Tests.Support;

[assembly: AssemblyFixture(typeof(ContainerImages))]

namespace Distribution.SystemTests;

/// <summary>From the images of our programs and the official ones of the others: what a newcomer does first.</summary>
[Collection("containers")]
public sealed class ContainerTests(ContainerImages images)
{
    [Fact]
    public async Task Containers_on_a_network_of_their_own_count_the_first_dose_and_stop_when_they_are_told_to()
    {
        var missing = await images.Missing();
        Assert.SkipWhen(missing is not null, missing ?? "");
        await using var system = await ContainerSystem.Start(images);
        await GiveFirstDose(system);
        foreach (var part in (string[])["gateway", "administration", "inventory", "shipment", "access"])
            Assert.Equal(0, await system.Stop(part));
    }

    [Fact]
    public async Task Compose_brings_up_a_system_that_counts_the_first_dose_and_goes_on_without_an_instance()
    {
        var missing = await ComposeSystem.Missing(images);
        Assert.SkipWhen(missing is not null, missing ?? "");
        await using var system = await ComposeSystem.Start(images);
        await GiveFirstDose(system);
        await system.Crash("administration-1");
        await GiveFirstDose(system);
    }

    /// <summary>A repeated one is the same dose.</summary>
    private static async Task GiveFirstDose(IHosting system)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(await FirstDose.Give(system.Address, system.Key));
        using var api = new ApiClient(system.Address, system.Key);
        await api.Drained();
        var row = (await api.WholeCoverage("country=ATL&vaccineId=MR"))["rows"]!.AsArray().Single()!;
        Assert.Equal(("ATL-1", 1, 50), ((string)row["facilityId"]!, (int)row["doses"]!, (int)row["targetPopulation"]!));
        Assert.Equal((100, 99), ((int)row["delivered"]!, (int)row["onHand"]!));
        var balance = (await api.Get("ledger/balance?country=ATL")).Body;
        Assert.True((bool)balance["balanced"]!);
        Assert.Equal((100, 99, 1), ((int)balance["received"]!, (int)balance["onHand"]!, (int)balance["administered"]!));
        Assert.Equal(0, (int)balance["discrepancy"]!);
    }
}
