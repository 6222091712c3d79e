using Distribution.Contracts;

namespace Distribution.Shipment.Domain;

/// <summary>What a decision about a shipment came to.</summary>
internal abstract record Outcome
{
    /// <summary>The shipment's new state and what the others are told of it.</summary>
    internal sealed record Accepted(ShipmentRecord Shipment, IReadOnlyList<IEvent> Events) : Outcome;

    /// <summary>Nothing to do: the news is old.</summary>
    internal sealed record Unchanged : Outcome;

    /// <summary>The state does not allow it.</summary>
    internal sealed record WrongState(string Detail) : Outcome;

    /// <summary>What was said does not fit the shipment.</summary>
    internal sealed record Invalid(IReadOnlyList<FieldProblem> Problems) : Outcome;
}

/// <summary>What is wrong with a field, and what to do about it.</summary>
internal readonly record struct FieldProblem(string Field, string Problem);
