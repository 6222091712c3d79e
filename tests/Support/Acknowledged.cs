namespace Distribution.Tests.Support;

/// <summary>What clients know to be acknowledged: requests, and the doses that they brought.</summary>
public readonly record struct Acknowledged(int Requests, long Doses, long Delivered, long Wasted)
{
    public static Acknowledged operator +(Acknowledged a, Acknowledged b) =>
        new(a.Requests + b.Requests, a.Doses + b.Doses, a.Delivered + b.Delivered, a.Wasted + b.Wasted);
}
