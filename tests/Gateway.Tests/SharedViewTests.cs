using Distribution.Gateway.Sharing;
using Distribution.Platform.Identity;
using Distribution.SharedKernel.Access;

namespace Distribution.Gateway.Tests;

public sealed class SharedViewTests
{
    private static readonly Caller Ally = new("key:ally", [new Grant(new HashSet<Right> { Right.CoverageRead, Right.StockRead }, "B")]);

    private static readonly SharedCountry Shared = new("A", ["s"], ["pipeline"], "region", 10);

    [Fact]
    public void A_place_that_is_neither_own_nor_shared_as_far_as_is_known_is_in_no_view()
    {
        var view = SharedView.Of(Ally, [Shared]);
        Assert.Equal((true, null), (view.Places(["B1", "B"]), view.Sharing(["B1", "B"])));
        Assert.Equal((true, Shared), (view.Places(["A1", "A"]), view.Sharing(["A1", "A"])));
        // A service may know a place before the gateway does, or where it has gone.
        Assert.False(view.Places(["A2"]));
        Assert.False(view.Places(["A3", "C"]));
    }

    [Fact]
    public void Each_service_is_asked_for_the_countries_alone_that_share_what_it_knows()
    {
        var view = SharedView.Of(Ally, [Shared, new("C", ["t"], ["coverage"], "country", 10), new("D", ["u"], ["wastage"], "country", 10)]);
        Assert.Equal("B,C:0", view.OfCoverage.ReachOf(Right.CoverageRead).Key);
        Assert.Equal("A:1,B,D:0", view.OfStock.ReachOf(Right.CoverageRead).Key);
        Assert.Equal("A:1,B", view.OfPipeline.ReachOf(Right.CoverageRead).Key);
        Assert.Equal("A:1,B,C:0,D:0", view.Reach.Key);
        // A share is of coverage, and of no other right.
        Assert.Equal("B", view.OfStock.ReachOf(Right.StockRead).Key);
    }

    [Fact]
    public void Without_shares_a_view_is_the_callers_own_alone()
    {
        var view = SharedView.Of(Ally, []);
        Assert.Same(Ally, view.OfCoverage);
        Assert.True(view.Places(["whatever"]));
        Assert.Null(view.Sharing(["whatever"]));
    }
}
