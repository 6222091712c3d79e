using Distribution.Contracts.Inventory.V1;

namespace Distribution.Shipment.Tests;

/// <summary>What events say of shipments counts once, whatever the order in which they and the reference data come.</summary>
public sealed class EpcisMeaningTests : IAsyncLifetime
{
    private const string Arrived = "received V/AB-123 200:200-0+";

    private EpcisHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await EpcisHost.Start();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_shipping_and_a_receiving_move_the_doses_of_their_vials_once()
    {
        await _host.TellReference();
        var (left, came) = (Epcis.Shipping(), Epcis.Receiving());
        Assert.Empty(await _host.CaptureAll(left));
        Assert.Equal("dispatched V/AB-123 200:-+", await _host.Shipment("S-100"));
        var shipment = (await _host.Get("/api/v1/shipments/S-100")).Json;
        Assert.Equal(("A", "B", "2026-03-03T04:30:00+00:00"),
            ((string)shipment["fromFacilityId"]!, (string)shipment["toFacilityId"]!, (string)shipment["dispatchedAt"]!));
        for (var time = 0; time < 2; time++) Assert.Empty(await _host.CaptureAll(came, left));
        Assert.Equal(Arrived, await _host.Shipment("S-100"));
        Assert.Equal(["dispatched", "received"], await _host.Steps("S-100"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task In_any_order_of_events_and_reference_data_it_ends_the_same(int seed)
    {
        var (left, came) = (Epcis.Shipping(), Epcis.Receiving());
        Func<Task>[] steps =
        [
            () => _host.TellFacility("A", "9521141123454"), () => _host.TellFacility("B", "9506000134352"),
            () => _host.TellVaccine("09501101530003"), () => _host.CaptureAll(left), () => _host.CaptureAll(came),
        ];
        new Random(seed).Shuffle(steps);
        foreach (var step in steps) await step();
        Assert.Empty(await _host.Held());
        Assert.Equal(Arrived, await _host.Shipment("S-100"));
        Assert.Equal(["dispatched", "received"], await _host.Steps("S-100"));
    }

    [Fact]
    public async Task In_one_document_the_order_does_not_matter_either()
    {
        await _host.TellReference();
        Assert.Empty(await _host.CaptureAll(Epcis.Receiving(), Epcis.Shipping()));
        Assert.Equal(Arrived, await _host.Shipment("S-100"));
    }

    [Fact]
    public async Task Captured_at_the_same_time_again_and_again_it_counts_once()
    {
        await _host.TellReference();
        var (left, came) = (Epcis.Shipping(), Epcis.Receiving());
        await Task.WhenAll(Enumerable.Range(0, 12).Select(number => number % 3 == 0 ? _host.CaptureAll(left)
            : number % 3 == 1 ? _host.CaptureAll(came)
            : _host.CaptureAll(came, left)));
        Assert.Empty(await _host.Held());
        Assert.Equal(Arrived, await _host.Shipment("S-100"));
        Assert.Equal(["dispatched", "received"], await _host.Steps("S-100"));
        Assert.Equal(2, (await _host.Events("")).Count);
    }

    [Fact]
    public async Task What_is_in_a_logistic_unit_moves_with_it()
    {
        await _host.TellReference();
        var (left, came) = (Epcis.OfUnit(Epcis.Shipping()), Epcis.OfUnit(Epcis.Receiving()));
        Assert.Equal(2, (await _host.CaptureAll(left, came)).Count);
        Assert.Equal(2, (await _host.CaptureAll(
            Epcis.Packing("ADD", "2026-03-03T05:00:00Z", Epcis.Unit, Epcis.Lot, 9))).Count);
        Assert.Empty(await _host.CaptureAll(
            Epcis.Packing("ADD", "2026-03-01T05:00:00Z", "urn:epc:id:sscc:0614141.1234567890",
                "urn:epc:class:lgtin:950110.0153000.AB-123", 20),
            Epcis.Packing("DELETE", "2026-03-03T06:00:00Z", Epcis.Unit, Epcis.Lot, 29)));
        Assert.Equal(Arrived, await _host.Shipment("S-100"));
    }

    [Fact]
    public async Task Without_a_despatch_advice_a_unit_is_told_by_where_it_goes()
    {
        await _host.TellReference();
        var (left, came) = (Epcis.OfUnit(Epcis.Shipping()), Epcis.OfUnit(Epcis.Receiving()));
        left.Remove("bizTransactionList");
        came.Remove("bizTransactionList");
        Assert.Empty(await _host.CaptureAll(came, left, Epcis.Packing("ADD", "2026-03-01T05:00:00Z", Epcis.Unit, Epcis.Lot, 20)));
        Assert.Equal(Arrived, await _host.Shipment("106141412345678908"));
    }

    [Fact]
    public async Task What_does_not_come_is_missing_and_what_is_beyond_is_extra()
    {
        await _host.TellReference();
        await _host.CaptureAll(Epcis.Shipping("less"), Epcis.Receiving("less", 18), Epcis.Shipping("more"), Epcis.Receiving("more", 21));
        Assert.Equal("partlyReceived V/AB-123 200:180-20+", await _host.Shipment("less"));
        Assert.Equal("received V/AB-123 200:200-0+10", await _host.Shipment("more"));
        Assert.Empty(await _host.CaptureAll(Epcis.Receiving("less", 2, time: "2026-03-05T09:00:00+01:00")));
        Assert.StartsWith("received", await _host.Shipment("less"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_counted_is_held_and_says_why()
    {
        await _host.TellReference();
        await _host.TellVaccine("09501101530003", 2, codes: new VaccineCode("https://www.gs1.org/gtin", "19501101530000"));
        var kilograms = Epcis.Shipping("kilograms");
        kilograms["quantityList"]![0]!["uom"] = "KGM";
        var damaged = Epcis.Receiving("damaged");
        damaged["disposition"] = "damaged";
        var held = await _host.CaptureAll(
            Epcis.Shipping("case", what: "https://id.gs1.org/01/19501101530000/10/AB-123"), kilograms, Epcis.Shipping("half", 0.5m),
            Epcis.Shipping("unknown", what: "https://id.gs1.org/01/09521141012345/10/X"), damaged, Epcis.Shipping("itself", to: Epcis.A));
        Assert.Equal(6, held.Count);
        Assert.Single(held, why => why.StartsWith("gtin|19501101530000 is a case", StringComparison.Ordinal));
        Assert.Single(held, why => why.StartsWith("gtin|no vaccine", StringComparison.Ordinal));
        Assert.Equal(4, held.Count(why => why[0] == '|'));
        Assert.Empty((await _host.Get("/api/v1/shipments")).Json["items"]!.AsArray());
        Assert.Equal(6, (await _host.Events("")).Count);
    }

    [Fact]
    public async Task An_event_that_has_no_quantity_is_kept_and_moves_nothing()
    {
        await _host.TellReference();
        var without = Epcis.Shipping();
        without["quantityList"]![0]!.AsObject().Remove("quantity");
        Assert.Empty(await _host.CaptureAll(without));
        Assert.Null(await _host.Shipment("S-100"));
        Assert.Single(await _host.Events(""));
    }

    [Fact]
    public async Task Where_it_goes_may_be_said_by_its_arrival()
    {
        await _host.TellReference();
        Assert.StartsWith("arrival|", Assert.Single(await _host.CaptureAll(Epcis.Shipping(to: null))), StringComparison.Ordinal);
        Assert.Empty(await _host.CaptureAll(Epcis.Receiving()));
        Assert.Equal(Arrived, await _host.Shipment("S-100"));
    }

    [Fact]
    public async Task What_was_asked_for_by_the_API_leaves_and_arrives_by_events()
    {
        await _host.TellReference();
        await _host.CaptureAll(Epcis.Receiving(), Epcis.Shipping());
        Assert.Equal(Arrived, await _host.Shipment("S-100"));
        Assert.Equal(201, (await _host.Post("/api/v1/shipments", """
            {"shipmentId":"S-200","fromFacilityId":"A","toFacilityId":"B","requestedAt":"2026-03-01T08:00:00Z",
             "lines":[{"vaccineId":"V","lotNumber":"AB-123","doses":200}]}
            """, "application/json")).Code);
        Assert.Equal(2, (await _host.CaptureAll(Epcis.Receiving("S-200"), Epcis.Shipping("S-200"))).Count);
        await _host.Tell(new ShipmentAllocated("S-200", [new("V", "AB-123", null, 200)]));
        Assert.Single(await _host.Held());
        await _host.Tell(new ShipmentDispatchAnswered("S-200", 1, null));
        Assert.Empty(await _host.Held());
        Assert.Equal(Arrived, await _host.Shipment("S-200"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_declared_in_error_is_taken_back_and_another_takes_its_place(bool declaredFirst)
    {
        await _host.TellReference();
        var (wrong, right) = (Epcis.Shipping(quantity: 30), Epcis.Shipping());
        var declared = Epcis.Declared(wrong);
        await _host.CaptureAll(declaredFirst ? declared : wrong);
        await _host.CaptureAll(right);
        await _host.CaptureAll(declaredFirst ? wrong : declared);
        Assert.Empty(await _host.CaptureAll(Epcis.Receiving(), declared));
        var id = declaredFirst ? "S-100" : "S-100.2";
        Assert.Equal(Arrived, await _host.Shipment(id));
        if (!declaredFirst) Assert.StartsWith("enteredInError", await _host.Shipment("S-100"), StringComparison.Ordinal);
        var both = await _host.Events($"EQ_eventID={wrong["eventID"]}");
        Assert.Equal(2, both.Count);
        Assert.Single(both, each => each["errorDeclaration"] is not null);
        var now = (await _host.Get($"/epcis/v2/events/{Uri.EscapeDataString((string)wrong["eventID"]!)}")).Json;
        Assert.NotNull(now["errorDeclaration"]);
    }

    [Fact]
    public async Task What_has_arrived_and_is_declared_in_error_is_put_before_a_person()
    {
        await _host.TellReference();
        var (left, came) = (Epcis.Shipping(), Epcis.Receiving());
        await _host.CaptureAll(left, came);
        Assert.Equal(2, (await _host.CaptureAll(Epcis.Declared(left), Epcis.Declared(came))).Count);
        Assert.Equal(Arrived, await _host.Shipment("S-100"));
    }

    [Fact]
    public async Task The_same_id_with_other_content_is_refused_and_the_same_content_written_otherwise_is_not()
    {
        await _host.TellReference();
        var left = Epcis.Shipping();
        await _host.CaptureAll(left);
        var again = left.DeepClone().AsObject();
        again["bizLocation"]!["id"] = "urn:epc:id:sgln:9521141.12345.0";
        again["eventTime"] = "2026-03-03T04:30:00.000Z";
        again["bizStep"] = "https://ref.gs1.org/cbv/BizStep-shipping";
        again["quantityList"]![0]!["epcClass"] = "https://example.org/10/AB-123/01/09501101530003";
        again["quantityList"]![0]!["epcClass"] = "urn:epc:class:lgtin:950110.0153000.AB-123";
        again["quantityList"]![0]!["quantity"] = 20.0m;
        Assert.True((bool)(await _host.Capture(Epcis.Document(again)))["success"]!);
        Assert.Single(await _host.Events(""));

        var other = left.DeepClone().AsObject();
        other["quantityList"]![0]!["quantity"] = 21;
        foreach (var (behaviour, kept) in new[] { ("rollback", 1), ("proceed", 2) })
        {
            var job = await _host.Capture(Epcis.Document(other, Epcis.Shipping("S-101")), behaviour);
            Assert.Equal((false, behaviour), ((bool)job["success"]!, (string)job["captureErrorBehaviour"]!));
            var error = Assert.Single(job["errors"]!.AsArray())!;
            Assert.Equal(("epcisException:ResourceAlreadyExistsException", "/epcisBody/eventList/0"),
                ((string)error["type"]!, (string)error["pointer"]!));
            Assert.Equal(kept, (await _host.Events("")).Count);
        }

        var alone = await _host.Post("/epcis/v2/events", Epcis.Alone(other));
        Assert.Equal((409, "epcisException:ResourceAlreadyExistsException"), (alone.Code, alone.Type));
    }

    [Fact]
    public async Task Without_an_id_the_same_event_is_told_by_its_content()
    {
        await _host.TellReference();
        var left = Epcis.Shipping();
        left.Remove("eventID");
        for (var time = 0; time < 2; time++) Assert.Empty(await _host.CaptureAll(left));
        Assert.Single(await _host.Events(""));
        var first = await _host.Post("/epcis/v2/events", Epcis.Alone(left));
        Assert.StartsWith("/epcis/v2/events/urn%3Auuid%3A", first.Location, StringComparison.Ordinal);
        Assert.Equal((string)left["eventTime"]!, (string)(await _host.Get(first.Location!)).Json["eventTime"]!);
    }
}
