using Distribution.Administration.Domain;
using Distribution.Contracts.Administration.V1;

namespace Distribution.Administration.Intake.Lines;

/// <summary>What doses are summed by.</summary>
internal readonly record struct Dimensions(
    Symbol Facility, Symbol Vaccine, Symbol DoseNumber, Symbol? Lot, Symbol? AgeBand, Symbol? Sex, Symbol? PriorityGroup, int Day,
    DoseKind Kind)
{
    /// <summary>The sum of so many doses, as it is published.</summary>
    public AdministeredSum Sum(long doses) => new(
        Facility.Text, Vaccine.Text, Lot?.Text, DoseNumber.Text, DateOnly.FromDayNumber(Day),
        AgeBand?.Text, Sex?.Text, PriorityGroup?.Text, doses, Kind.InSum());

    /// <summary>What they name that has to be known.</summary>
    public LineNames Names => new(Facility.Text, Vaccine.Text, DoseNumber.Text, Sex?.Text, AgeBand?.Text, PriorityGroup?.Text);

    /// <summary>Whether its doses count.</summary>
    public bool IsCounted => Kind is DoseKind.Given or DoseKind.Subpotent;

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        // The symbols know their hashes, which are well mixed: a multiply and an add for each is enough.
        var hash = (uint)Day + (uint)Kind;
        hash = hash * 31 + (uint)Facility.GetHashCode();
        hash = hash * 31 + (uint)Vaccine.GetHashCode();
        hash = hash * 31 + (uint)DoseNumber.GetHashCode();
        hash = hash * 31 + (uint)(Lot?.GetHashCode() ?? 1);
        hash = hash * 31 + (uint)(AgeBand?.GetHashCode() ?? 2);
        hash = hash * 31 + (uint)(Sex?.GetHashCode() ?? 3);
        hash = hash * 31 + (uint)(PriorityGroup?.GetHashCode() ?? 4);
        return (int)hash;
    }
}
