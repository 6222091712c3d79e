using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Distribution.Shipment.Features;
using Distribution.Shipment.Requests;
using Distribution.Shipment.Store;
using Distribution.Tests.Support;

namespace Distribution.Shipment.Tests;

public sealed class ShipmentContentTests
{
    private const string Good =
        """{"shipmentId":"s1","origin":"maker","toFacilityId":"store","dispatchedAt":"2021-01-30T08:00:00Z","receivedAt":"2021-01-31","lines":[{"vaccineId":"v1","lotNumber":"A","expirationDate":"2021-06-30","doses":10}]}""";

    [Fact]
    public async Task A_good_line_is_taken_and_a_time_without_an_offset_is_UTC_where_no_zone_is_known()
    {
        var (consignment, _) = await Read(Good);
        Assert.NotNull(consignment);
        Assert.Equal(new DateTimeOffset(2021, 1, 31, 0, 0, 0, TimeSpan.Zero), consignment.ReceivedAt);
        Assert.Equal(TimeSpan.Zero, consignment.ReceivedAt.Offset);
    }

    [Theory]
    [InlineData("shipmentId", "null", "shipmentId: ")]
    [InlineData("shipmentId", "\"a b\"", "shipmentId: ")]
    [InlineData("shipmentId", "\"summary\"", "shipmentId: 'summary' is reserved")]
    [InlineData("shipmentId", "5", "shipmentId: is malformed JSON or of the wrong type")]
    [InlineData("origin", "null", "fromFacilityId: say exactly one")]
    [InlineData("origin", "\" \"", "origin: is missing")]
    [InlineData("fromFacilityId", "\"clinic\"", "fromFacilityId: say exactly one")]
    [InlineData("toFacilityId", "null", "toFacilityId: say exactly one")]
    [InlineData("destination", "\"ally\"", "toFacilityId: say exactly one")]
    [InlineData("dispatchedAt", "null", "dispatchedAt: is missing")]
    [InlineData("dispatchedAt", "\"1899-12-31T23:59:59Z\"", "is before 1900-01-01")]
    [InlineData("dispatchedAt", "\"yesterday\"", "dispatchedAt: is malformed JSON or of the wrong type")]
    [InlineData("receivedAt", "\"2021-02-02T12:05:01Z\"", "receivedAt: 2021-02-02T12:05:01.0000000+00:00 is in the future")]
    [InlineData("receivedAt", "\"2021-01-30T07:59:59Z\"", "receivedAt: is before dispatchedAt")]
    [InlineData("lines", "null", "lines: is missing")]
    [InlineData("lines", "[]", "lines: is missing")]
    [InlineData("lines", "[null]", "lines[0]: must be an object")]
    [InlineData("lines", """[{"vaccineId":"v1","doses":-1}]""", "lines[0].doses: -1 doses")]
    [InlineData("lines", """[{"vaccineId":"v1","doses":1000000001}]""", "lines[0].doses: 1000000001 doses")]
    [InlineData("lines", """[{"vaccineId":"v1","doses":1.5}]""", "lines[0].doses: is malformed JSON or of the wrong type")]
    [InlineData("lines", """[{"vaccineId":"v1"}]""", "lines[0].doses: is missing")]
    [InlineData("lines", """[{"doses":1}]""", "lines[0].vaccineId: ")]
    [InlineData("lines", """[{"vaccineId":"v1","lotNumber":"A#1","doses":1}]""", "lines[0].lotNumber: ")]
    [InlineData("lines", """[{"vaccineId":"v1","expirationDate":"1899-12-31","doses":1}]""", "lines[0].expirationDate: is before")]
    [InlineData("lines", """[{"vaccineId":"v1","lotNumber":"A","expirationDate":"2021-01-01","doses":1},{"vaccineId":"v1","lotNumber":"A","expirationDate":"2021-01-02","doses":1}]""", "lines[1].expirationDate: v1 lot A has another")]
    public async Task A_bad_field_is_named_with_its_remedy(string field, string value, string reason)
    {
        var line = JsonNode.Parse(Good)!.AsObject();
        line[field] = JsonNode.Parse(value);
        var (consignment, problem) = await Read(line.ToJsonString());
        Assert.Null(consignment);
        Assert.Contains(reason, problem!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_doses_are_a_fact_of_the_past_but_no_request()
    {
        var errors = new FieldErrors();
        ShipmentContent.Lines([new("v1", null, null, 0)], dosesMin: 1, errors);
        Assert.Contains("lines[0].doses: 0 doses: must be 1 to", errors.ToRefusal()!.Detail, StringComparison.Ordinal);
        Assert.NotNull((await Read(Good.Replace("\"doses\":10", "\"doses\":0", StringComparison.Ordinal))).Consignment);
    }

    [Fact]
    public async Task Both_ends_outside_is_refused()
    {
        var line = JsonNode.Parse(Good)!.AsObject();
        line.Remove("toFacilityId");
        line["destination"] = "ally";
        var (consignment, problem) = await Read(line.ToJsonString());
        Assert.Null(consignment);
        Assert.Contains("one end must be a facility", problem!.Reason, StringComparison.Ordinal);
        Assert.Equal((7, "s1"), (problem.Line, problem.Id));
    }

    [Fact]
    public async Task A_facility_cannot_ship_to_itself()
    {
        var line = JsonNode.Parse(Good)!.AsObject();
        line.Remove("origin");
        line["fromFacilityId"] = "store";
        var (consignment, problem) = await Read(line.ToJsonString());
        Assert.Null(consignment);
        Assert.Contains("toFacilityId: is where it comes from", problem!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"shipmentId\":\"\\ud800\"}")]
    public async Task What_is_no_record_is_refused(string line)
    {
        var (consignment, problem) = await Read(line);
        Assert.Null(consignment);
        Assert.NotEmpty(problem!.Reason);
    }

    [Fact]
    public async Task More_than_a_thousand_lines_and_a_line_that_is_too_long_are_refused()
    {
        var errors = new FieldErrors();
        ShipmentContent.Lines([.. Enumerable.Repeat(new ShipmentLineRequest("v1", null, null, 1), 1001)], 1, errors);
        Assert.Contains("at most 1000", errors.ToRefusal()!.Detail, StringComparison.Ordinal);

        var (consignment, problem) = await Read(new NdjsonLine(1, default, Ndjson.TooLongReason));
        Assert.Null(consignment);
        Assert.Equal(Ndjson.TooLongReason, problem!.Reason);
    }

    [Fact]
    public void An_answer_lists_a_hundred_problems_at_most_and_counts_all()
    {
        var answer = new PastConsignmentsAnswer();
        for (var line = 1; line <= 1500; line++)
        {
            answer.Reject(new(line, null, new string('x', 5000)));
            answer.Conflict(new(line, "s1", "other content"));
        }

        Assert.Equal((100, 1500L), (answer.Rejected.Count, answer.RejectedTotal));
        Assert.Equal((100, 1500L), (answer.Conflicts.Count, answer.ConflictsTotal));
        Assert.True(JsonSerializer.SerializeToUtf8Bytes(answer, StoreJson.Options).Length < 1_000_000);
    }

    private static ValueTask<(CheckedConsignment? Consignment, LineProblem? Problem)> Read(string line) =>
        Read(new NdjsonLine(7, Encoding.UTF8.GetBytes(line)));

    private static async ValueTask<(CheckedConsignment? Consignment, LineProblem? Problem)> Read(NdjsonLine line)
    {
        var places = new ShipmentPlaces(new ShipmentStore(new MemoryStore(TimeProvider.System)));
        return await PastConsignment.Read(
            new BulkLines(), line, places, await places.RightsOf(Caller.Local, Right.ShipmentSend, default),
            new DateTimeOffset(2021, 2, 2, 12, 0, 0, TimeSpan.Zero), default);
    }
}
