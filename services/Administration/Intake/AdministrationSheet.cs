using Distribution.Interop.Sheets;

namespace Distribution.Administration.Intake;

/// <summary>The columns that a sheet of doses and tallies can have.</summary>
internal static class AdministrationSheet
{
    /// <summary>What its rows are turned into. Who got a dose comes last: what is hashed of a line that is refused ends before
    /// it.</summary>
    public static SheetTarget Target { get; } = new("administrations",
    [
        new("facilityId", SheetFieldKind.Code), new("vaccineId", SheetFieldKind.Code), new("doseNumber", SheetFieldKind.CodeOrNumber),
        new("occurredOn", SheetFieldKind.Date), new("doseId", SheetFieldKind.Key), new("lotNumber", SheetFieldKind.Code),
        new("ageBand", SheetFieldKind.Text), new("sex", SheetFieldKind.Text), new("priorityGroup", SheetFieldKind.Text),
        new("kind", SheetFieldKind.Text), new("reason", SheetFieldKind.Text), new("count", SheetFieldKind.Whole),
        new("recipientKey", SheetFieldKind.Code),
    ])
    {
        KeyScope = "facilityId",
        KeyUnless = "count",
    };

    /// <summary>A map of such a sheet, as it is shown.</summary>
    public const string Example = """
        {
          "columns": [
            {"column": "Établissement", "field": "facilityId"},
            {"column": "Vaccin", "field": "vaccineId", "values": {"Comirnaty": "COVID-MRNA", "Spikevax": "COVID-MRNA"}},
            {"column": "Dose", "field": "doseNumber"}, {"column": "Date", "field": "occurredOn"},
            {"column": "Lot", "field": "lotNumber"}, {"column": "Nombre", "field": "count"}
          ],
          "constants": {"priorityGroup": "health-workers"},
          "separator": ";", "encoding": "windows-1252", "dateFormat": "dd/MM/yyyy"
        }
        """;
}
