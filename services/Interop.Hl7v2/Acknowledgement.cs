using System.Globalization;
using System.Text;

namespace Distribution.Interop.Hl7v2;

/// <summary>The answer to a message (ACK; profile Z23 of CDC's implementation guide for immunization messaging).</summary>
public static class Acknowledgement
{
    private const string Version = "2.5.1";
    private const string CodeTable = "HL70357";

    /// <summary>Writes the answer, in the message's own delimiters.</summary>
    /// <param name="message">The message that is answered.</param>
    /// <param name="code">What came of it.</param>
    /// <param name="findings">What is told of its parts.</param>
    /// <param name="controlId">Names the answer.</param>
    /// <param name="now">When it is given.</param>
    public static string Write(
        Message message, AcknowledgementCode code, IEnumerable<Finding> findings, string controlId, DateTimeOffset now)
    {
        var (by, msh) = (message.Delimiters, message.Msh);
        var (f, c) = (by.Field, by.Component);
        var answer = new StringBuilder();
        var at = now.ToString("yyyyMMddHHmmss.fff", CultureInfo.InvariantCulture) + now.ToString("zzz", CultureInfo.InvariantCulture)
            .Replace(":", "", StringComparison.Ordinal);
        answer.Append(Message.Header).AppendJoin(f, "", msh[2].Sent, msh[5].Sent, msh[6].Sent, msh[3].Sent, msh[4].Sent, at, "",
            $"ACK{c}V04{c}ACK", controlId, "P", Version, "", "", "NE", "NE", "", "", "", "", $"Z23{c}CDCPHINVS").Append('\r');
        answer.Append("MSA").AppendJoin(f, "", code.ToString(), msh[10].Sent).Append('\r');
        foreach (var finding in findings)
        {
            var where = finding.Segment is not { } segment ? ""
                : finding.Field is { } field ? $"{segment.Name}{c}{segment.Occurrence}{c}{field}"
                : $"{segment.Name}{c}{segment.Occurrence}";
            answer.Append("ERR").AppendJoin(f, "", "", where, $"{(int)finding.Code}{c}{Display(finding.Code)}{c}{CodeTable}",
                finding.Severity.ToString()[..1], "", "", "", by.Escaped(finding.Text)).Append('\r');
        }

        return answer.ToString();
    }

    private static string Display(ErrorCode code) => code switch
    {
        ErrorCode.SegmentOrder => "Segment sequence error",
        ErrorCode.RequiredMissing => "Required field missing",
        ErrorCode.DataType => "Data type error",
        ErrorCode.CodeUnknown => "Table value not found",
        ErrorCode.MessageType => "Unsupported message type",
        ErrorCode.EventCode => "Unsupported event code",
        ErrorCode.ProcessingId => "Unsupported processing id",
        ErrorCode.Version => "Unsupported version id",
        ErrorCode.KeyUnknown => "Unknown key identifier",
        ErrorCode.KeyDuplicate => "Duplicate key identifier",
        _ => "Application internal error",
    };
}

/// <summary>What came of a message (HL7 table 0008).</summary>
public enum AcknowledgementCode
{
    /// <summary>All of it was taken.</summary>
    AA,

    /// <summary>Some of it was not taken.</summary>
    AE,

    /// <summary>Nothing of it could be taken.</summary>
    AR,
}
