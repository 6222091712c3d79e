using System.Net;
using Distribution.Screens.Asking;
using Distribution.Screens.Logistics;
using Distribution.Screens.Words;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Distribution.Gateway.Tests;

public sealed class SupplyFormTests
{
    private const string NoOne = "http://127.0.0.1:1";

    private static readonly Dictionary<string, string> Receipt = new()
    {
        ["occurredAt"] = "2026-03-01 09:00",
        ["receivedBy"] = "Amina & Søren",
        ["lines[0].vaccineId"] = "MR",
        ["lines[0].lotNumber"] = "L-1",
        ["lines[0].shipped"] = "100",
        ["lines[0].accepted"] = "٩٠",
        ["lines[0].rejected"] = "6",
        ["lines[0].missing"] = "۴",
        ["lines[0].reason"] = "frozen <on> the way",
        ["step"] = "confirm",
    };

    [Fact]
    public async Task A_form_keeps_what_was_typed_while_the_service_that_it_is_for_is_down()
    {
        await using var services = await FakeServices.Start();
        var (app, http) = await FakeServices.Gateway(true, services.Address, NoOne, services.Address, TimeProvider.System);
        await using var gateway = app;
        using (http)
        {
            var (status, html) = await Post("receive", Receipt);
            Assert.True((int)status >= 500, $"{status}");
            foreach (var kept in new[]
            {
                "What you typed is still here", "value=\"2026-03-01 09:00\"",
                "value=\"Amina & Søren\"", "value=\"L-1\"",
                "value=\"6\"",
                "value=\"frozen <on> the way\"", "name=\"lines[0].shipped\" value=\"100\"", "value=\"٩٠\"",
            }) Assert.Contains(kept, WebUtility.HtmlDecode(html), StringComparison.Ordinal);
            Assert.Contains("value=\"no car\"", (await Post("cancel", new() { ["reason"] = "no car" })).Html, StringComparison.Ordinal);
            var list = new Uri("/logistics/shipments?lang=en", UriKind.Relative);
            using var page = await http.GetAsync(list, TestContext.Current.CancellationToken);
            var shown = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Contains("cannot be read now", shown, StringComparison.Ordinal);

            async Task<(HttpStatusCode, string Html)> Post(string step, Dictionary<string, string> fields)
            {
                using var form = new FormUrlEncodedContent(fields);
                using var answer = await http.PostAsync(
                    new Uri($"/logistics/shipments/s1/{step}?lang=en", UriKind.Relative), form, TestContext.Current.CancellationToken);
                return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            }
        }
    }

    [Theory]
    [InlineData("٩٠", "6", "۴", "frozen", "")]
    [InlineData("1 00", "0", "0", "", "")]
    [InlineData("90", "6", "3", "frozen", "lines[0]")]
    [InlineData("90", "6", "5", "frozen", "lines[0]")]
    [InlineData("90", "6", "4", "", "lines[0].reason")]
    [InlineData("90", "0", "10", "", "")]
    [InlineData("-90", "6", "4", "frozen", "lines[0].accepted")]
    [InlineData("90", "", "4", "frozen", "lines[0].rejected")]
    [InlineData("99999999999999999999", "0", "0", "", "lines[0].accepted")]
    public void A_receipt_is_what_was_shipped_with_a_reason_for_what_was_rejected(
        string accepted, string rejected, string missing, string reason, string wrong)
    {
        var fields = new Dictionary<string, string>(Receipt)
        {
            ["lines[0].accepted"] = accepted,
            ["lines[0].rejected"] = rejected,
            ["lines[0].missing"] = missing,
            ["lines[0].reason"] = reason,
        };
        var form = ReceiptForm.Read(new FormCollection(fields.ToDictionary(field => field.Key, field => new StringValues(field.Value))));
        Assert.Equal(wrong, string.Join(' ', form.Check(Language.English, new Formats(Language.English, false)).Keys));
    }

    [Fact]
    public void What_has_waited_longest_is_on_top_where_something_is_to_be_done_and_the_newest_elsewhere()
    {
        var now = new DateTimeOffset(2026, 3, 20, 0, 0, 0, TimeSpan.Zero);
        var pipeline = new PipelineView(now, true,
        [
            new("dispatched", 2, 30, [At("new", "dispatched", 14), At("late", "dispatched", 15)]),
            new("received", 1, 5, [At("older", "received", 4)]), new("returned", 1, 7, [At("newer", "returned", 3)]),
        ]);
        Assert.Equal("late new", Of("dispatched"));
        Assert.Equal("newer older", Of("arrived"));
        var onTheWay = Column("dispatched");
        Assert.Equal([true, false], onTheWay.Items(pipeline, 9).Select(item => onTheWay.IsOverdue(item, now)));
        Assert.Equal((2, 12), (Column("arrived").Count(pipeline), Column("arrived").Doses(pipeline)));

        string Of(string key) => string.Join(' ', Column(key).Items(pipeline, 9).Select(item => item.ShipmentId));
        static Column Column(string key) => Screens.Logistics.Column.All.Single(column => column.Key == key);
        ShipmentInShort At(string id, string state, int days) =>
            new(["MR"], 10, 1, now.AddDays(-days).AddHours(-1)) { ShipmentId = id, State = state };
    }
}
