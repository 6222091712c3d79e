using System.Text.Json.Serialization;
using Distribution.Platform.Storage;

namespace Distribution.Platform.Web;

/// <summary>An answer that says of itself whether it is that of an earlier time. It is kept without saying so.</summary>
public abstract record RepeatableAnswer
{
    /// <summary>True for a repeat of the request, which changed nothing; left out the first time.</summary>
    [JsonPropertyOrder(1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Repeated { get; init; }
}

/// <summary>Tells repeats.</summary>
public static class Repeats
{
    /// <summary>The answer as it is given to a repeat of its request.</summary>
    public static TAnswer AsRepeat<TAnswer>(this TAnswer answer) where TAnswer : RepeatableAnswer =>
        (TAnswer)((RepeatableAnswer)answer with { Repeated = true });

    /// <summary>The answer as it is shown: a repeat is told that it is one.</summary>
    public static TAnswer? Shown<TAnswer>(this in Committed<TAnswer> committed) where TAnswer : class =>
        committed is { Repeated: true, Answer: RepeatableAnswer answer }
            ? (TAnswer)(object)answer.AsRepeat()
            : committed.Answer;
}
