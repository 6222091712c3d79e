using System.Text;
using Distribution.Platform.Auditing;
using Distribution.Platform.Storage;

namespace Distribution.SystemTests;

/// <summary>What somebody does who wants the audit to tell something else.</summary>
internal static class Tampering
{
    /// <summary>Changes who did it in one record, and nothing else.</summary>
    /// <param name="store">The store, which is open nowhere else.</param>
    /// <param name="number">The record.</param>
    public static async Task GiveToAnother(IStore store, long number)
    {
        await store.Commit(null, async tx =>
        {
            var pages = await tx.Scan(StoredAudit.Pages, "0", null, int.MaxValue);
            var page = pages.Last(candidate => candidate.As<AuditPage>().Entries[0].Number <= number);
            var entries = page.As<AuditPage>().Entries.ToList();
            var at = entries.FindIndex(entry => entry.Number == number);
            entries[at] = entries[at] with
            {
                Record = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(entries[at].Record.Span).Replace("local", "other")),
            };
            await tx.PutValue(StoredAudit.Pages, "0", page.Id, new AuditPage(entries));
            return Decision.Accept();
        });
    }
}
