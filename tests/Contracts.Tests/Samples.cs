using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Audit.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Shipment.V1;

namespace Distribution.Contracts.Tests;

/// <summary>One event of each type, with every field set, and one line of each list with what may be null left null.</summary>
internal static class Samples
{
    private static readonly DateTimeOffset Instant = new(2021, 1, 31, 8, 30, 15, 250, TimeSpan.Zero);
    private static readonly DateOnly Day = new(2021, 6, 30);

    private static readonly ShipmentLine[] ShipmentLines = [new("comirnaty", "EJ6795", Day, 1170), new("comirnaty", null, null, 5)];

    private static readonly ShipmentReceivedLater Later = new(
        "shipment-1",
        new("shipment-1", "Pfizer/BioNTech", "store-1", "clinic-1", "Ministry of an ally", Instant, Instant.AddDays(1),
            [new("comirnaty", "EJ6795", Day, 1160, 6, 4, "frozen", 3)], "local", 1, "clinic-2"),
        new(1, "clinic-2", Instant.AddDays(3), [new("comirnaty", "EJ6795", Day, 3, 1, 0, "frozen")]), "local");

    private static readonly AdministeredSum[] Sums =
    [
        new("clinic-1", "comirnaty", "EJ6795", "B1", Day, "80-89", "F", "health-workers", 42),
        new("clinic-1", "comirnaty", null, "1", Day, null, null, null, 1),
    ];

    public static IReadOnlyDictionary<Type, IEvent> All { get; } = new IEvent[]
    {
        new FacilityChanged("clinic-1", 3, "Clinica Uno", "facility", "district-1", "IT", "8001234567895", 41.9, 12.5),
        new VaccineChanged(
            "comirnaty", 2, "Comirnaty", ["SARS-CoV-2"], 6, [new("1", false, true), new("2", true)], -80, -60, "05415062350012"),
        new LotChanged("comirnaty", "EJ6795", 4, Day, "Pfizer/BioNTech", "05415062350012", "RECALLED", new DateOnly(2021, 2, 1)),
        new StockLevelChanged("clinic-1", "comirnaty", 17, 1170, 12, 6),
        new ShipmentAllocated("shipment-1", [new("comirnaty", "EJ6795", Day, 1170), new("comirnaty", null, null, 5)]),
        new ShipmentAllocationRefused("shipment-1", "asked for 1175 doses, 1000 are there"),
        new ShipmentDispatchAnswered("shipment-1", 2, "comirnaty lot EJ6795 is recalled", 1),
        new ShipmentDiscarded("shipment-1", "mistyped", "local", 1),
        new StockDiscrepancyFound("clinic-1", "comirnaty", 18, 6),
        new ShipmentRequested("shipment-1", "store-1", "clinic-1", "Ministry of an ally", Instant, ShipmentLines),
        new ShipmentDispatched(
            "shipment-1", "Pfizer/BioNTech", "store-1", "clinic-1", "Ministry of an ally", Instant, ShipmentLines, "local"),
        new ShipmentReceived(
            "shipment-1", "Pfizer/BioNTech", "store-1", "clinic-1", "Ministry of an ally", Instant, Instant.AddDays(1),
            [new("comirnaty", "EJ6795", Day, 1160, 6, 4, "frozen"), new("comirnaty", null, null, 5, 0, 0, null)], "local"),
        new HeadReached("inventory", "0", 1234, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        new ShipmentCancelled("shipment-1", "store-1", "no car"),
        new ShipmentDispatchAsked("shipment-1", 2, "store-1", "clinic-1", "Ministry of an ally", Instant, ShipmentLines, "local", 1),
        Later,
        new ShipmentEnteredInError(
            "shipment-1",
            new("shipment-1", "Pfizer/BioNTech", "store-1", "clinic-1", "Ministry of an ally", Instant, ShipmentLines, "local", 1),
            Later.First, [Later.Later], "typed wrongly", "local", 1),
        new DosesAdministered("submission-1", Sums),
        new AdministrationRetracted("request-1", "entered in error", Sums),
        new TargetPopulationChanged("clinic-1", "comirnaty", 5, 2021, "census", 59_641_488, "2"),
    }.ToDictionary(sample => sample.GetType());
}
