using Distribution.Administration.Domain;
using Distribution.Administration.Intake;
using Distribution.Administration.Outside;
using Distribution.Administration.Recipients;
using Distribution.Administration.Reference;
using Distribution.Contracts;
using Distribution.Contracts.Administration.V1;
using Distribution.Interop.Fhir;
using Distribution.SharedKernel.Rules;
using IssueType = Hl7.Fhir.Model.OperationOutcome.IssueType;
using R4 = Hl7.Fhir.Model;

namespace Distribution.Administration.Fhir;

/// <summary>Reads an Immunization as a dose that is reported.</summary>
/// <param name="sender">What is agreed with its sender.</param>
/// <param name="reference">What is known of places and vaccines.</param>
/// <param name="keys">The keys that hash who got doses.</param>
/// <param name="here">Where FHIR is here.</param>
internal sealed class ImmunizationReader(Sender sender, ReferenceData reference, RecipientKeys keys, string here)
{
    /// <summary>The format, as keys name it.</summary>
    public const string Format = "fhir";

    private const string FormatOfIds = "fhir-id";

    // CDC's code for a record of no vaccine.
    private const string NoVaccine = "998";
    private const int ReasonCharsMax = 200;
    private const int RecipientCharsMax = 128;

    /// <summary>Reads one.</summary>
    /// <returns>The dose, null where it is not taken; the id under which it is known; and what was found.</returns>
    public async Task<(KeyedLine? Line, string? Id, List<FhirIssue> Issues)> Read(
        R4.Immunization said, Sent sent, Referred around, CancellationToken cancel)
    {
        var issues = new List<FhirIssue>();
        var key = KeyOf(said, sent, issues);
        var isTakenBack = said.Status == R4.Immunization.ImmunizationStatusCodes.EnteredInError;
        if (isTakenBack && !sent.IsPut)
            Refuse(IssueType.BusinessRule, "status", "To take a dose back, PUT it to its address as entered-in-error.");
        var expected = ExpectedOf(sent, issues);
        if (issues.Exists(issue => issue.IsError)) return (null, null, issues);
        if (isTakenBack) return (new KeyedLine(key!.Value, KeyedAction.Retract, null) { Expected = expected }, sent.Id, issues);

        if (said.ModifierExtension.Count > 0 || said.ImplicitRules is not null)
            Refuse(IssueType.NotSupported, "modifierExtension", "What changes the meaning of a resource is not understood here.");
        var day = DayOf(said, Refuse);
        var (codes, vaccineId) = VaccineOf(said, Refuse);
        var place = PlaceOf(said, around, Refuse);
        if (issues.Exists(issue => issue.IsError)) return (null, null, issues);

        var patient = around.Find<R4.Patient>(said, said.Patient);
        var recipient = RecipientOf(said.Patient, patient);
        if (key is null)
        {
            if (recipient is null)
            {
                Refuse(IssueType.Required, "identifier",
                    "It has no key, nor its patient: it could not be told from others. Give it an identifier.");
                return (null, null, issues);
            }

            key = await KeylessDose.IdOf(keys, place!, Format, recipient, day!.Value, codes, said.LotNumber, cancel);
            if (key is null) Refuse(IssueType.Transient, "identifier", KeylessDose.NotNow);
            else issues.Add(FhirIssue.Warning(IssueType.Required,
                "It has no identifier: it is known again by person, day, vaccine and lot.", $"{sent.At}.identifier"));
            if (key is null) return (null, null, issues);
        }

        if (said.ProtocolApplied.Count > 1)
        {
            issues.Add(FhirIssue.Warning(IssueType.MultipleMatches, "One injection is one dose: it counts as the first of its protocols.",
                $"{sent.At}.protocolApplied"));
        }

        var (kind, reason) = KindOf(said);
        var line = new SubmittedLine(
            place!, vaccineId, DoseNumberOf(said), day!.Value, key, null, Text(said.LotNumber),
            AgeBandOf(patient, place!, codes, vaccineId, day.Value), SexOf(patient),
            OwnWords.CodeIn(OwnWords.PriorityGroups, said.ProgramEligibility), recipient, kind, reason, vaccineId is null ? codes : null);
        return (new KeyedLine(key.Value, sent.IsPut ? KeyedAction.Put : KeyedAction.Add, line) { Expected = expected }, sent.Id, issues);

        void Refuse(IssueType code, string element, string text) => issues.Add(FhirIssue.Error(code, text, $"{sent.At}.{element}"));
    }

    /// <summary>The dose's id of what the address of an Immunization ends with.</summary>
    public static Guid KeyOf(string id) => KeyedLine.IdOf(FormatOfIds, "", id);

    /// <summary>The dose's id of an identifier.</summary>
    public static Guid KeyOf(string system, string value) => KeyedLine.IdOf(Format, system,
        value.StartsWith(OwnWords.UuidBegin, StringComparison.OrdinalIgnoreCase) ? value[OwnWords.UuidBegin.Length..] : value);

    private static Guid? KeyOf(R4.Immunization said, Sent sent, List<FhirIssue> issues)
    {
        var named = said.Identifier.FirstOrDefault(identifier => Text(identifier.System) is not null && Text(identifier.Value) is not null);
        if (sent.IfNoneExist is { } condition)
        {
            var asked = condition.Split('=', 2) is ["identifier", var token] ? Uri.UnescapeDataString(token) : null;
            if (named is null || asked != $"{named.System}|{named.Value}")
            {
                issues.Add(FhirIssue.Error(IssueType.NotSupported,
                    "If-None-Exist must be identifier=system|value, with the first identifier of the resource.", $"{sent.At}.identifier"));
            }
        }

        if (sent.IsPut)
        {
            if (said.Id is not null && said.Id != sent.Id)
                issues.Add(FhirIssue.Error(IssueType.Invalid, "The id is another than that of the address.", $"{sent.At}.id"));
            return KeyOf(sent.Id!);
        }

        if (Guid.TryParseExact(said.Id, "D", out var own)) return own;
        if (named is not null) return KeyOf(named.System!, named.Value!);
        return sent.FullUrl is { } url && url.StartsWith(OwnWords.UuidBegin, StringComparison.OrdinalIgnoreCase)
            && Guid.TryParseExact(url[OwnWords.UuidBegin.Length..], "D", out var full)
            ? full
            : null;
    }

    private static int? ExpectedOf(Sent sent, List<FhirIssue> issues)
    {
        if (sent.IfMatch is not { } tag) return null;
        var number = tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
        if (int.TryParse(number.Trim('"'), out var version)) return version;
        issues.Add(FhirIssue.Error(IssueType.Invalid, "If-Match must be a version as it was told, such as W/\"1\"."));
        return null;
    }

    // As it is written: no offset ever moves it.
    private static DateOnly? DayOf(R4.Immunization said, Action<IssueType, string, string> refuse)
    {
        if (said.Occurrence is R4.FhirDateTime { Value: { Length: >= 10 } written }
            && DateOnly.TryParseExact(written[..10], "yyyy-MM-dd", out var day)) return day;
        if (said.Occurrence is R4.FhirDateTime { Value: not null })
            refuse(IssueType.Value, "occurrence", "The day is needed: a month or a year is not counted as its first day.");
        else if (said.Occurrence is R4.FhirString)
            refuse(IssueType.Value, "occurrence", "The day is needed, as occurrenceDateTime: words are not read as one.");
        else refuse(IssueType.Required, "occurrence", "Say on which day, as occurrenceDateTime.");
        return null;
    }

    private (IReadOnlyList<SubmittedCode> Codes, string? VaccineId) VaccineOf(
        R4.Immunization said, Action<IssueType, string, string> refuse)
    {
        const string Element = "vaccineCode.coding";
        var codings = (said.VaccineCode?.Coding ?? [])
            .Where(coding => Text(coding.System) is not null && Text(coding.Code) is not null).ToArray();
        var own = codings.FirstOrDefault(coding => coding.System == OwnWords.Vaccines)?.Code;
        SubmittedCode[] codes = [.. codings.Where(coding => coding.System != OwnWords.Vaccines)
            .Select(coding => new SubmittedCode(coding.System!, coding.Code!)).DistinctBy(code => Coding.Of(code.System, code.Code))];
        if (codings.Length == 0)
            refuse(IssueType.Required, Element, "Say the vaccine by a code with its system: words are not read as one.");
        else if (codes.Any(code => Coding.Of(code.System, code.Code) == new Coding(Coding.Cvx, NoVaccine)))
            refuse(IssueType.BusinessRule, Element, "CVX 998 is no vaccine: there is no dose to be kept.");
        else if (own is not null && codes.Length > 0
            && MeantBy(codes) is var meant
            && (meant.Contradiction is not null || (meant.VaccineId is { } other && other != own)))
            refuse(IssueType.CodeInvalid, Element, meant.Contradiction ?? $"The codes are those of '{meant.VaccineId}', not of '{own}'.");
        return (codes, own);
    }

    private string? PlaceOf(R4.Immunization said, Referred around, Action<IssueType, string, string> refuse)
    {
        const string Element = "location";
        if (around.Find<R4.Location>(said, said.Location) is { } location)
        {
            if (location.Identifier.Select(Named).Append(Known(location.Id)).FirstOrDefault(id => id is not null) is { } found)
                return found;
            if (said.Location?.Reference is not ['#', ..] && Ids.IsId(location.Id)) return location.Id;
            refuse(IssueType.Value, Element, "No facility is called so: give one of its identifiers to the facility here, or send its id.");
            return null;
        }

        if (IdIn(said.Location?.Reference, "Location") is { } own) return Known(own) ?? own;
        if (said.Location?.Identifier is { } identifier && Named(identifier) is { } named) return named;
        if (said.Location?.Reference is not null || said.Location?.Identifier is not null)
        {
            refuse(IssueType.Value, Element,
                "No facility is called so: send Location/ and its id, or give this identifier to the facility (PUT /api/v1/facilities).");
            return null;
        }

        foreach (var actor in said.Performer.Select(performer => performer.Actor))
        {
            var organization = around.Find<R4.Organization>(said, actor);
            var names = (organization?.Identifier ?? []).Append(actor?.Identifier).OfType<R4.Identifier>().Select(Named)
                .Append(Known(IdIn(actor?.Reference, "Organization")));
            if (names.FirstOrDefault(id => id is not null) is { } performer) return performer;
        }

        if (sender.DefaultFacilityId is null)
        {
            refuse(IssueType.Required, Element,
                "Say where it was given, by a reference to a Location or an identifier of it: no place is agreed for this sender.");
        }

        return sender.DefaultFacilityId;
    }

    private string? Known(string? id) => id is null ? null : reference.Tree.Find(id)?.Id ?? reference.Tree.FindNamed(id)?.Id;

    private string? Named(R4.Identifier identifier) => Text(identifier.Value) is not { } value ? null
        : Text(identifier.System) is { } system ? reference.Tree.FindNamed(Coding.Of(system, value).ToString())?.Id
        : Known(value);

    /// <summary>The id in a reference to something here; null where it is to something elsewhere.</summary>
    private string? IdIn(string? named, string type)
    {
        if (named is null) return null;
        if (named.StartsWith(here + "/", StringComparison.Ordinal)) named = named[(here.Length + 1)..];
        return named.Split('/') is [var what, var id] && what == type && Ids.IsId(id) ? id : null;
    }

    private static string? RecipientOf(R4.ResourceReference? said, R4.Patient? patient)
    {
        var identifier = said?.Identifier
            ?? patient?.Identifier.FirstOrDefault(each => Text(each.System) is not null && Text(each.Value) is not null);
        var name = Text(identifier?.Value) is { } value ? $"{identifier!.System}|{value}"
            : said?.Reference is not { Length: > 1 } written || written[0] == '#'
                || written.StartsWith(OwnWords.UuidBegin, StringComparison.OrdinalIgnoreCase) ? null
            : written;
        // What is too long to be kept as it is, is as good by a name of its own: it is hashed in any case.
        return name?.Length > RecipientCharsMax ? NamedUuid.Of(name).ToString() : name;
    }

    private static (string? Kind, string? Reason) KindOf(R4.Immunization said)
    {
        if (said.Status == R4.Immunization.ImmunizationStatusCodes.NotDone)
            return (DoseKinds.NotGiven, ReasonOf(said.StatusReason) ?? "not done");
        // Whoever says where a report comes from was not there.
        if (said.PrimarySource == false || (said.PrimarySource is null && said.ReportOrigin is not null))
            return (DoseKinds.Historical, null);
        return said.IsSubpotent == true
            ? (DoseKinds.Subpotent, said.SubpotentReason.Select(ReasonOf).FirstOrDefault(reason => reason is not null))
            : (null, null);
    }

    private static string? ReasonOf(R4.CodeableConcept? said)
    {
        var coding = said?.Coding.FirstOrDefault();
        var reason = Text(said?.Text) ?? Text(coding?.Display) ?? Text(coding?.Code);
        return reason?.Length > ReasonCharsMax ? reason[..ReasonCharsMax] : reason;
    }

    private static string DoseNumberOf(R4.Immunization said) => said.ProtocolApplied.FirstOrDefault()?.DoseNumber switch
    {
        R4.PositiveInt { Value: { } number } => $"{number}",
        R4.FhirString text when Text(text.Value) is { } number => number,
        _ => NoDoseNumber.Unspecified,
    };

    private static string? SexOf(R4.Patient? patient) => patient?.Gender switch
    {
        R4.AdministrativeGender.Female => "female",
        R4.AdministrativeGender.Male => "male",
        _ => null,
    };

    private string? AgeBandOf(R4.Patient? patient, string place, IReadOnlyList<SubmittedCode> codes, string? vaccineId, DateOnly day)
    {
        if (patient?.Extension.FirstOrDefault(extension => extension.Url == OwnWords.AgeBand)?.Value is R4.FhirString { Value: { } band })
            return band;
        if (!DateOnly.TryParseExact(patient?.BirthDate, "yyyy-MM-dd", out var bornOn)) return null;
        return reference.AgeBandOf(place, vaccineId ?? MeantBy(codes).VaccineId, bornOn, day);
    }

    private MeantVaccine MeantBy(IEnumerable<SubmittedCode> codes) =>
        reference.MeantBy(VaccineCodes.TextOf(codes.Select(code => Coding.Of(code.System, code.Code))));

    private static string? Text(string? said) => string.IsNullOrWhiteSpace(said) ? null : said.Trim();
}
