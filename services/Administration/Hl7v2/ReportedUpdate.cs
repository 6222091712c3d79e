using Distribution.Administration.Domain;
using Distribution.Administration.Intake;
using Distribution.Administration.Outside;
using Distribution.Administration.Recipients;
using Distribution.Administration.Reference;
using Distribution.Contracts;
using Distribution.Interop.Hl7v2;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Hl7v2;

/// <summary>A vaccination update as doses that are reported, and what came of them as words to its sender.</summary>
/// <param name="update">The message.</param>
/// <param name="sender">What is agreed with its sender.</param>
/// <param name="reference">What is known of places and vaccines.</param>
/// <param name="keys">The keys that hash who got doses.</param>
internal sealed class ReportedUpdate(VaccinationUpdate update, Sender sender, ReferenceData reference, RecipientKeys keys)
{
    /// <summary>The format, as keys name it.</summary>
    public const string Format = "hl7v2";

    private const int RecipientCharsMax = 128;

    private readonly List<(UpdatedDose Dose, string Place)> _reported = [];

    /// <summary>The doses that can be taken, as far as the message goes.</summary>
    public async Task<IReadOnlyList<KeyedLine>> Lines(CancellationToken cancel)
    {
        var lines = new List<KeyedLine>();
        foreach (var dose in update.Doses.Where(dose => dose.IsTaken))
        {
            var msh = update.Message.Msh;
            var place = sender.PlaceOf(reference, dose.Place, [msh[22][10], msh[22][1], msh[4][1]]);
            if (dose.Action != KeyedAction.Retract && !Ids.IsId(place))
            {
                var (code, text) = place is null
                    ? (ErrorCode.RequiredMissing, "It is not said where the dose was given, and no place is agreed for this sender.")
                    : (ErrorCode.CodeUnknown, "No place is called so: give it this identifier, or send its id.");
                dose.Find(Severity.Error, code, dose.Rxa, 11, text);
                continue;
            }

            if (await IdOf(dose, place!, cancel) is not { } id) continue;
            lines.Add(new KeyedLine(id, dose.Action, dose.Action == KeyedAction.Retract ? null : Line(dose, id, place!)));
            _reported.Add((dose, place!));
        }

        return lines;
    }

    /// <summary>Adds what came of the doses to what was found of them.</summary>
    /// <param name="outcomes">What came of each of <see cref="Lines"/>.</param>
    public void Tell(IReadOnlyList<KeyedOutcome> outcomes)
    {
        foreach (var ((dose, place), outcome) in _reported.Zip(outcomes))
            Tell(dose, outcome, missing: reference.Tree.Find(place) is null ? 11 : 5);
    }

    /// <param name="dose">The dose.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="missing">The field of what is not known here, where something is not: the place, or the vaccine.</param>
    private static void Tell(UpdatedDose dose, KeyedOutcome outcome, int missing)
    {
        var (rxa, orc) = (dose.Rxa, dose.Orc ?? dose.Rxa);
        var (severity, code, segment, field, text) = outcome.Fate switch
        {
            KeyedFate.Held =>
                (Severity.Warning, ErrorCode.CodeUnknown, rxa, missing, $"held: {outcome.Why}; it counts by itself when that is known"),
            KeyedFate.Taken when dose.Action == KeyedAction.Put =>
                (Severity.Warning, ErrorCode.KeyUnknown, orc, 3, "There was nothing to be changed: taken as new."),
            KeyedFate.Conflict when dose.Action == KeyedAction.Add =>
                (Severity.Error, ErrorCode.KeyDuplicate, orc, 3, "This key is that of another dose; to change that, send action U."),
            KeyedFate.Conflict => (Severity.Error, ErrorCode.KeyDuplicate, orc, 3, "The dose of this key was retracted, for good."),
            KeyedFate.Unknown => (Severity.Error, ErrorCode.KeyUnknown, orc, 3, "No dose has this key."),
            KeyedFate.NoRight => (Severity.Error, ErrorCode.Internal, rxa, 11, "This sender may not report doses of this place."),
            KeyedFate.Refused =>
                (Severity.Error, ErrorCode.CodeUnknown, rxa, missing, $"{outcome.Why}: not taken, as is agreed with this sender."),
            KeyedFate.Rejected => FieldOf(rxa, outcome.Why!),
            _ => (Severity.Information, default, rxa, 0, ""),
        };
        if (field > 0) dose.Find(severity, code, segment, field, text);
    }

    // What a line may hold, in the sender's fields.
    private static (Severity, ErrorCode, Segment, int, string) FieldOf(Segment rxa, string why)
    {
        var field = why.Split(':')[0] switch
        {
            "occurredOn" => 3,
            "facilityId" => 11,
            "lotNumber" => 15,
            "reason" => 18,
            _ => 5,
        };
        var code = why.StartsWith("vaccineCodes", StringComparison.Ordinal) ? ErrorCode.CodeUnknown : ErrorCode.DataType;
        return (Severity.Error, code, rxa, field, why);
    }

    private SubmittedLine Line(UpdatedDose dose, Guid id, string place) => new(
        place, null, dose.DoseNumber, dose.OccurredOn, id, null, dose.LotNumber, AgeBandOf(dose, place), update.Sex, null,
        Recipient, dose.Kind, dose.Reason, dose.Codes);

    private string? Recipient => update.Recipient is { Length: <= RecipientCharsMax } recipient ? recipient : null;

    /// <summary>
    /// The dose's id: by its key; else by person, day, vaccine and lot, hashed as the person is, for nobody shall find out who got a dose
    /// by its id.
    /// </summary>
    private async ValueTask<Guid?> IdOf(UpdatedDose dose, string place, CancellationToken cancel)
    {
        if (dose.Key is var (authority, number)) return KeyedLine.IdOf(Format, authority, number);
        var orc = dose.Orc ?? dose.Rxa;
        if (update.Recipient is null)
        {
            dose.Find(Severity.Error, ErrorCode.RequiredMissing, orc, 3,
                "It has no key, nor the patient a number: it could not be told from others.");
            return null;
        }

        var keyless = KeylessDose.IdOf(keys, place, Format, update.Recipient, dose.OccurredOn, dose.Codes, dose.LotNumber, cancel);
        if (await keyless is not { } id)
        {
            dose.Find(Severity.Error, ErrorCode.Internal, orc, 3, KeylessDose.NotNow);
            return null;
        }

        dose.Find(Severity.Warning, ErrorCode.RequiredMissing, orc, 3,
            "It has no key: it is known again by person, day, vaccine and lot, and can be neither changed nor taken back by a message.");
        return id;
    }

    private string? AgeBandOf(UpdatedDose dose, string place) => update.BornOn is { } bornOn
        ? reference.AgeBandOf(place, reference.MeantBy(CodesText(dose)).VaccineId, bornOn, dose.OccurredOn)
        : null;

    private static string CodesText(UpdatedDose dose) =>
        VaccineCodes.TextOf(dose.Codes.Select(code => Coding.Of(code.System, code.Code)));
}
