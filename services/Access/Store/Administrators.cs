using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;

namespace Distribution.Access.Store;

/// <summary>Who may give access to the whole system: somebody always can, for who has ended the last of them cannot undo it.</summary>
internal static class Administrators
{
    private const int PageDocuments = 1_000;

    /// <summary>Why a key may not be ended; null where it may be.</summary>
    public static ValueTask<Refusal?> RefuseToEnd(ITransaction tx, StoredKey key) =>
        RefuseToEnd(tx, key.Administers(tx.Now), AccessStore.Keys, key.KeyId, $"The access key '{key.KeyId}'");

    /// <summary>Why a grant may not be ended; null where it may be.</summary>
    public static ValueTask<Refusal?> RefuseToEnd(ITransaction tx, StoredGrant grant) =>
        RefuseToEnd(tx, grant.Administers(tx.Now), AccessStore.Grants, grant.GrantId, $"The grant '{grant.GrantId}'");

    // Whoever ends another at the same time notes that in the same document as this does, so the second is decided after the first.
    private static async ValueTask<Refusal?> RefuseToEnd(ITransaction tx, bool isOne, string collection, string id, string what)
    {
        if (!isOne || await Any(AccessStore.Keys, key => key.As<StoredKey>().Administers(tx.Now))
            || await Any(AccessStore.Grants, grant => grant.As<StoredGrant>().Administers(tx.Now))) return null;
        return Refusal.Conflict($"{what} is the last that may give access to the whole system: nobody could make a key or give a grant any "
            + "more. First make another with the role accessAdmin, and end this one with that.");

        async ValueTask<bool> Any(string among, Func<Document, bool> isAnother)
        {
            IReadOnlyList<Document> page = [];
            do
            {
                page = await tx.Scan(among, AccessStore.One, page.Count > 0 ? page[^1].Id : null, PageDocuments);
                if (page.Any(document => (among != collection || document.Id != id) && isAnother(document))) return true;
            }
            while (page.Count == PageDocuments);
            return false;
        }
    }
}
