using Distribution.Interop.Hl7v2;

namespace Distribution.Administration.Hl7v2;

/// <summary>
/// What an unsolicited vaccination record update says (VXU^V04, HL7 v2.5.1; CDC's implementation guide for immunization messaging,
/// release 1.5): the doses of one person.
/// </summary>
internal sealed class VaccinationUpdate
{
    /// <summary>Doses of one message at most.</summary>
    public const int DosesMax = 1_000;

    // The guide's word for an order number that nobody keeps.
    private const string NoNumber = "9999";

    private readonly List<UpdatedDose> _doses = [];
    private readonly List<Finding> _findings = [];

    private VaccinationUpdate(Message message) => Message = message;

    /// <summary>The message.</summary>
    public Message Message { get; }

    /// <summary>Whether nothing of it can be taken, for what is wrong with all of it.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Its doses; none where it is refused.</summary>
    public IReadOnlyList<UpdatedDose> Doses => _doses;

    /// <summary>What was found in it, besides what was found of its doses.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>The patient's number and who gave it, which goes nowhere but into a keyed hash; null where none is said.</summary>
    public string? Recipient { get; private set; }

    /// <summary>The day of birth, as far as it is said to the day.</summary>
    public DateOnly? BornOn { get; private set; }

    /// <summary>The sex in the API's words; null where it is not said, or is neither.</summary>
    public string? Sex { get; private set; }

    /// <summary>The sender: application and facility (MSH-3 and MSH-4).</summary>
    public string Sender => $"{Message.Msh[3][1]}/{Message.Msh[4][1]}";

    /// <summary>Reads a message.</summary>
    public static VaccinationUpdate Read(Message message)
    {
        var update = new VaccinationUpdate(message);
        update.ReadHeader();
        if (!update.IsRefused) update.ReadSegments();
        return update;
    }

    private void ReadHeader()
    {
        var msh = Message.Msh;
        if (!Message.IsAlone) Refuse(ErrorCode.MessageType, null, "Batches are not taken: send each message in a request of its own.");
        else if (msh[9][1] != "VXU") Refuse(ErrorCode.MessageType, 9, "Only VXU^V04 is taken here.");
        else if (msh[9][2] != "V04") Refuse(ErrorCode.EventCode, 9, "Only VXU^V04 is taken here.");
        else if (msh[11][1] != "P") Refuse(ErrorCode.ProcessingId, 11, "Only messages for production (P) are taken here.");
        else if (msh[12][1] is not ("2.5" or "2.5.1")) Refuse(ErrorCode.Version, 12, "Only versions 2.5 and 2.5.1 are taken here.");
        else if (msh[10][1] is null) Refuse(ErrorCode.RequiredMissing, 10, "A message needs a control id, by which its answer names it.");
        else if (!Message.HasKnownCharacters)
            Refuse(ErrorCode.CodeUnknown, 18, "These characters cannot be read here: send the message in UTF-8 (UNICODE UTF-8).");
        else if (Message.Segments.Count(segment => segment.Name == "RXA") > DosesMax)
            Refuse(ErrorCode.DataType, null, $"There are more than {DosesMax} doses: send them in several messages.");

        void Refuse(ErrorCode code, int? field, string text)
        {
            IsRefused = true;
            _findings.Add(new(Severity.Error, code, msh, field, text));
        }
    }

    private void ReadSegments()
    {
        Segment? order = null, pid = null;
        foreach (var segment in Message.Segments)
        {
            if (segment.Name == "PID") pid ??= ReadPatient(segment);
            else if (segment.Name == "ORC") order = segment;
            else if (segment.Name == "RXA")
            {
                _doses.Add(new UpdatedDose(segment, order));
                order = null;
            }
            else if (segment.Name == "OBX" && _doses.Count > 0) _doses[^1].Note(segment);
        }

        if (pid is null) _findings.Add(new(Severity.Error, ErrorCode.RequiredMissing, null, null, "PID is missing: who got the doses?"));
        foreach (var dose in _doses) dose.Read(Authority, NoNumber);
        return;

        string Authority(Segment by) => by[3][2] ?? by[3][3] ?? Message.Msh[4][1] ?? "";
    }

    private Segment ReadPatient(Segment pid)
    {
        if (pid[3][1] is { } number)
        {
            var authority = pid[3][4] ?? Message.Msh[4][1] ?? "";
            Recipient = $"{authority}|{number}";
        }

        BornOn = UpdatedDose.DayOf(pid[7][1]);
        Sex = pid[8][1] switch { "M" => "male", "F" => "female", _ => null };
        return pid;
    }
}
