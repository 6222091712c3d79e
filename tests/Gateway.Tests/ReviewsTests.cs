using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Web;

namespace Distribution.Gateway.Tests;

public sealed class ReviewsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_lists_of_both_services_are_one_whatever_the_limit_and_its_end_is_not_passed_over_while_one_is_down()
    {
        await using var services = await FakeServices.Start();
        var (app, http) = await FakeServices.Gateway(false, services.Address, services.Address, services.Address, new ManualClock());
        await using var _ = app;
        using var __ = http;
        for (var limit = 1; limit <= 7; limit++)
        {
            var found = new List<string>();
            for (string? after = ""; after is not null;)
            {
                var page = (await Page(limit, after))!;
                Assert.InRange(page.Items.Count, 1, limit);
                found.AddRange(page.Items.Select(row => row.FacilityId));
                after = page.Next;
            }

            Assert.Equal(["lot-0", "lot-1", "lot-2", "dose-0", "dose-1"], found);
        }

        services.Down("/api/v1/administrations/dose-reviews");
        var first = (await Page(100, ""))!;
        Assert.Equal((3, true), (first.Items.Count, first.Next is not null));
        Assert.Null(await Page(100, first.Next!));
        services.Down("/api/v1/administrations/dose-reviews", down: false);
        Assert.Equal(2, (await Page(100, first.Next!))!.Items.Count);
        services.Down("/api/v1/inventory/reviews");
        Assert.Null(await Page(100, ""));

        async Task<Page<ReviewView>?> Page(int limit, string after)
        {
            var from = after.Length == 0 ? "" : "&after=" + Uri.EscapeDataString(after);
            using var answer = await http.GetAsync($"/api/v1/administrations/reviews?limit={limit}{from}", Cancel);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable) return null;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return await answer.Content.ReadFromJsonAsync<Page<ReviewView>>(Cancel);
        }
    }

    /// <summary>A page of some rows.</summary>
    internal static Page<ReviewView> Rows(string name, int count, string? after, int limit)
    {
        var from = int.Parse(after ?? "0", CultureInfo.InvariantCulture);
        var rows = Enumerable.Range(from, Math.Min(limit, count - from))
            .Select(row => new ReviewView($"{name}-{row}", "V1", null, new DateOnly(2026, 2, 1), 1, ReviewReason.Expired, null));
        return new([.. rows], from + limit < count ? $"{from + limit}" : null);
    }
}
