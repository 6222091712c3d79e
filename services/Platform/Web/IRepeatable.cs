using Distribution.Platform.Storage;

namespace Distribution.Platform.Web;

/// <summary>An answer that says of itself whether it is that of an earlier time. It is kept without saying so.</summary>
/// <typeparam name="TAnswer">The answer.</typeparam>
public interface IRepeatable<out TAnswer>
{
    /// <summary>The answer as it is given to a repeat of its request.</summary>
    TAnswer AsRepeat();
}

/// <summary>Tells repeats.</summary>
public static class Repeats
{
    /// <summary>The answer as it is shown: a repeat is told that it is one.</summary>
    public static TAnswer? Shown<TAnswer>(this in Committed<TAnswer> committed) where TAnswer : class =>
        committed is { Repeated: true, Answer: IRepeatable<TAnswer> answer } ? answer.AsRepeat() : committed.Answer;
}
