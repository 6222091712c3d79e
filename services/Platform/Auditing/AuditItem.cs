namespace Distribution.Platform.Auditing;

/// <summary>A record of the audit.</summary>
/// <param name="Service">The service whose audit it is in.</param>
/// <param name="Chain">Its chain there: each instance of a service writes one.</param>
/// <param name="Number">Its number in the chain, from 1 without gaps.</param>
/// <param name="Hash">Its hash in the chain (SHA-256), 64 hexadecimal digits.</param>
/// <param name="Record">What happened.</param>
public sealed record AuditItem(string Service, string Chain, long Number, string Hash, AuditRecord Record);
