using Distribution.Administration.Hl7v2;
using Distribution.Administration.Outside;
using Distribution.Administration.Recipients;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Interop.Hl7v2;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>
/// Takes doses as vaccination record updates of HL7 v2.5.1 (VXU^V04), a message a request, and answers as HL7 over HTTP does: with an
/// acknowledgement, whatever came of the message.
/// </summary>
internal static class ReceiveHl7v2
{
    private const string MediaType = "application/hl7-v2";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/hl7v2", Handle)
        .WithName("ReceiveHl7v2").Needs(Right.ReportWrite)
        .Accepts<string>(MediaType, "x-application/hl7-v2+er7", "text/plain")
        // What is sent and answered is described by the standard.
        .ExcludeFromDescription();

    private static async Task<IResult> Handle(
        HttpContext http, AdministrationStore store, ReferenceData reference, RecipientKeys keys, KeyedReports reports,
        TimeProvider clock, Caller caller, CancellationToken cancel)
    {
        using var body = await RequestBody.Read(http, cancel);
        if (body.Refusal is not null) return body.Refusal.ToResult();
        if (Message.Read(body.Bytes.Span) is not { } message)
        {
            return new Refusal(StatusCodes.Status400BadRequest, "No message",
                "The body does not begin with a header (MSH) that can be read: send one message of HL7 v2.5.1 (ER7).").ToResult();
        }

        var update = VaccinationUpdate.Read(message);
        var findings = new List<Finding>(update.Findings);
        if (!update.IsRefused)
        {
            var sender = await Sender.Find(store, cancel, update.Sender, caller.Subject);
            await reference.CatchUp(store, cancel);
            var reading = new ReportedUpdate(update, sender, reference, keys);
            var lines = await reading.Lines(cancel);
            var (outcomes, _) = await reports.Take(
                $"{KeyedLine.IdOf(ReportedUpdate.Format, update.Sender, message.Msh[10][1]!)}", lines,
                $"HL7 message {message.Msh[10][1]}", caller, sender.RefusesUnknown, isWhole: false, cancel);
            reading.Tell(outcomes);
            findings.AddRange(update.Doses.SelectMany(dose => dose.Findings));
        }

        var code = update.IsRefused ? AcknowledgementCode.AR
            : findings.Exists(finding => finding.Severity == Severity.Error) ? AcknowledgementCode.AE
            : AcknowledgementCode.AA;
        return Results.Text(
            Acknowledgement.Write(message, code, findings, $"{Guid.CreateVersion7():N}", clock.GetUtcNow()), MediaType,
            System.Text.Encoding.UTF8);
    }
}
