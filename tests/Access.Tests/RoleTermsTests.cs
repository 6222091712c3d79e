using Distribution.Access.Domain;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;

namespace Distribution.Access.Tests;

/// <summary>Where roles may be given.</summary>
public sealed class RoleTermsTests
{
    private const string Here = "XA-1";

    public static TheoryData<string> Roles => [.. Role.All];

    [Theory]
    [MemberData(nameof(Roles))]
    public void Any_role_may_be_given_where_one_gives_access_and_none_elsewhere(string role)
    {
        Assert.True(At(role, null).IsWithin(Reach.Everywhere));
        Assert.True(At(role, Here).IsWithin(Reach.Everywhere));
        Assert.True(At(role, Here).IsWithin(Reach.Of([Here])));
        Assert.False(At(role, "XA-2").IsWithin(Reach.Of([Here])));
        Assert.False(At(role, null).IsWithin(Reach.Of([Here])));
        Assert.False(At(role, Here).IsWithin(Reach.Of(Array.Empty<string>())));
        Assert.False(At(role, null).IsWithin(Reach.Of(Array.Empty<string>())));
    }

    private static RoleTerms At(string role, string? placeId) => new(role, true, placeId, null, null);
}
