using R4 = Hl7.Fhir.Model;

namespace Distribution.Interop.Fhir;

/// <summary>What was found of a resource.</summary>
/// <param name="Severity">Whether it is taken for all that.</param>
/// <param name="Code">What kind of finding.</param>
/// <param name="Text">What, and what to do about it. It repeats nothing of a person.</param>
/// <param name="Expression">Where, as a FHIRPath expression; null where it is nowhere in particular.</param>
public sealed record FhirIssue(
    R4.OperationOutcome.IssueSeverity Severity, R4.OperationOutcome.IssueType Code, string Text, string? Expression = null)
{
    /// <summary>Whether what it was found of is not taken.</summary>
    public bool IsError => Severity is R4.OperationOutcome.IssueSeverity.Error or R4.OperationOutcome.IssueSeverity.Fatal;

    /// <summary>Something for which a resource is not taken.</summary>
    public static FhirIssue Error(R4.OperationOutcome.IssueType code, string text, string? expression = null) =>
        new(R4.OperationOutcome.IssueSeverity.Error, code, text, expression);

    /// <summary>Something that its sender should look at.</summary>
    public static FhirIssue Warning(R4.OperationOutcome.IssueType code, string text, string? expression = null) =>
        new(R4.OperationOutcome.IssueSeverity.Warning, code, text, expression);

    /// <summary>Something that its sender may want to know.</summary>
    public static FhirIssue Note(string text, string? expression = null) =>
        new(R4.OperationOutcome.IssueSeverity.Information, R4.OperationOutcome.IssueType.Informational, text, expression);

    /// <summary>Findings as a resource.</summary>
    public static R4.OperationOutcome Outcome(IEnumerable<FhirIssue> issues) => new()
    {
        Issue =
        [
            .. issues.Select(issue => new R4.OperationOutcome.IssueComponent
            {
                Severity = issue.Severity,
                Code = issue.Code,
                Diagnostics = issue.Text,
                Expression = issue.Expression is null ? [] : [issue.Expression],
            }),
        ],
    };
}
