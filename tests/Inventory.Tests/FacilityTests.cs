using Distribution.Contracts.Inventory.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Registration;

namespace Distribution.Inventory.Tests;

/// <summary>The tree of places.</summary>
public sealed class FacilityTests
{
    [Fact]
    public async Task A_put_that_changes_nothing_publishes_nothing()
    {
        var harness = new LedgerHarness();
        Assert.Equal(201, await harness.Facility("X", "country", null));
        Assert.Equal(200, await harness.Facility("X", "country", null));
        Assert.Single(harness.Store.Published.OfType<FacilityChanged>());
        Assert.Equal(201, await harness.Vaccine("V"));
        await harness.Vaccine("V");
        Assert.Single(harness.Store.Published.OfType<VaccineChanged>());
    }

    [Fact]
    public async Task A_parent_is_known_higher_in_the_same_country_and_not_below()
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        Assert.Equal(422, await harness.Facility("F9", "facility", "nowhere"));
        Assert.Equal(422, await harness.Facility("F9", "facility", "F1"));
        Assert.Equal(422, await harness.Facility("F9", "facility", "R1", country: "Y"));
        Assert.Equal(422, await harness.Facility("R1", "region", "F1"));
        Assert.Equal(422, await harness.Facility("R1", "region", "R1"));
        Assert.Equal(422, await harness.Facility("X", "country", "R1"));
        Assert.Equal(422, await harness.Facility("R1", "facility", "X"));
        Assert.Equal(422, await harness.Facility("X", "country", null, country: "Y"));
    }

    [Fact]
    public void A_facility_s_fields_are_checked_by_name()
    {
        var refusal = new FacilityBody("", "town", default, null, "123", 91).Check("F 1");
        Assert.Equal(["country", "facilityId", "gln", "latitude", "level", "name"], refusal!.Errors!.Keys.Order());
    }

    [Fact]
    public void The_lowest_common_place_of_two_countries_is_the_world()
    {
        Assert.Equal("*", PlacePath.LowestCommon(PlacePath.Of(["F1", "X"]), PlacePath.Of(["G1", "Y"])));
        Assert.Equal("R1", PlacePath.LowestCommon(PlacePath.Of(["R1", "X"]), PlacePath.Of(["F1", "R1", "X"])));
    }
}
