using System.Text.Json;

namespace Distribution.Demo;

/// <summary>A line of a shipment as the API takes it.</summary>
internal sealed record DemoShipmentLine(string VaccineId, long Doses, string? LotNumber = null, DateOnly? ExpirationDate = null);

/// <summary>A shipment as the API takes it; a past consignment where it names the days on which it left and came.</summary>
internal sealed record DemoShipment
{
    public required string ShipmentId { get; init; }
    public string? Origin { get; init; }
    public string? FromFacilityId { get; init; }
    public string? ToFacilityId { get; init; }
    public string? Destination { get; init; }
    public DateTimeOffset? RequestedAt { get; init; }
    public DateTimeOffset? DispatchedAt { get; init; }
    public DateTimeOffset? ReceivedAt { get; init; }
    public required IReadOnlyList<DemoShipmentLine> Lines { get; init; }
}

/// <summary>Takes shipments through their states.</summary>
internal sealed class DemoShipments(DemoClient client)
{
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AllocationMax = TimeSpan.FromSeconds(30);

    /// <summary>Requests a shipment and waits until its stock is allocated or refused.</summary>
    /// <returns>Whether it is allocated.</returns>
    public async Task<bool> Request(DemoShipment shipment, CancellationToken cancel)
    {
        await client.Post("shipments", shipment, cancel);
        var until = DateTime.UtcNow + AllocationMax;
        while (true)
        {
            var state = (await client.Get($"shipments/{shipment.ShipmentId}", cancel)).GetProperty("state").GetString();
            if (Is(state, "allocated")) return true;
            if (Is(state, "refused")) return false;
            if (DateTime.UtcNow > until)
                throw new DemoFailure($"shipment {shipment.ShipmentId} is still {state} after {AllocationMax.TotalSeconds} s");
            await Task.Delay(PollWait, cancel);
        }
    }

    /// <summary>The shipment leaves.</summary>
    public Task Dispatch(string shipmentId, DateTimeOffset at, CancellationToken cancel) =>
        client.Post($"shipments/{shipmentId}/dispatch", new { OccurredAt = at }, cancel);

    /// <summary>The shipment arrives; of its first line some doses are unusable or missing.</summary>
    public async Task Receive(string shipmentId, DateTimeOffset at, long rejected, long missing, string? reason, CancellationToken cancel)
    {
        var shipped = (await client.Get($"shipments/{shipmentId}", cancel)).GetProperty("lines").EnumerateArray().ToArray();
        var lines = shipped.Select((line, index) => new
        {
            VaccineId = line.GetProperty("vaccineId").GetString(),
            LotNumber = Text(line, "lotNumber"),
            Accepted = line.GetProperty("doses").GetInt64() - (index == 0 ? rejected + missing : 0),
            Rejected = index == 0 ? rejected : 0,
            Missing = index == 0 ? missing : 0,
            Reason = index == 0 ? reason : null,
        });
        await client.Post(
            $"shipments/{shipmentId}/receive", new { OccurredAt = at, ReceivedBy = "store keeper", Lines = lines.ToArray() }, cancel);
    }

    /// <summary>The shipment is called off.</summary>
    public Task Cancel(string shipmentId, string reason, CancellationToken cancel) =>
        client.Post($"shipments/{shipmentId}/cancel", new { Reason = reason }, cancel);

    private static bool Is(string? state, string name) => string.Equals(state, name, StringComparison.OrdinalIgnoreCase);

    private static string? Text(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
