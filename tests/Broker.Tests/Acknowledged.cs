namespace Distribution.Broker.Tests;

/// <summary>What clients know to be acknowledged.</summary>
internal readonly record struct Acknowledged(int Requests, long Doses, long Delivered)
{
    public static Acknowledged operator +(Acknowledged a, Acknowledged b) =>
        new(a.Requests + b.Requests, a.Doses + b.Doses, a.Delivered + b.Delivered);
}
