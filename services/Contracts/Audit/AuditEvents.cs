namespace Distribution.Contracts.Audit.V1;

/// <summary>
/// A service's audit has reached a record: told about each minute in which it grew, and kept by other services, so that nobody can change
/// what was recorded before without their stores.
/// </summary>
/// <param name="Service">Whose audit.</param>
/// <param name="Chain">The chain of it.</param>
/// <param name="Number">The record's number in the chain, from 1.</param>
/// <param name="Hash">The record's hash, which follows from all before it: SHA-256, 64 hexadecimal digits.</param>
[WireName("audit.head-reached.v1")]
[DeliveredTo("administration", "inventory", "shipment")]
public sealed record HeadReached(string Service, string Chain, long Number, string Hash) : IEvent;
