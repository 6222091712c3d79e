using Distribution.Inventory.Store;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Rules;

namespace Distribution.Inventory.Registration;

/// <summary>Whose a code or an identifier is. Written in the commit that changes its owner, so that none has two.</summary>
internal sealed record OwnedCode(string Owner)
{
    /// <summary>The layout of the stored document.</summary>
    public int SchemaVersion { get; init; } = 1;
}

/// <summary>Codes of vaccines and identifiers of facilities, each of one owner alone.</summary>
internal static class OwnedCodes
{
    /// <summary>Codes of a vaccine at most: a vaccine of many makers has a drug code for each package.</summary>
    public const int VaccineCodesMax = 500;

    /// <summary>Identifiers of a facility at most.</summary>
    public const int IdentifiersMax = 20;

    /// <summary>Notes what is wrong with codes as they were sent.</summary>
    /// <param name="errors">Where it is noted.</param>
    /// <param name="field">The list's name.</param>
    /// <param name="code">What the list calls the code.</param>
    /// <param name="most">How many there may be.</param>
    /// <param name="sent">The codes, each with its system.</param>
    public static void Check(FieldErrors errors, string field, string code, int most, IReadOnlyList<(string? System, string? Code)> sent)
    {
        errors.Require(sent.Count <= most, field, $"at most {most}");
        foreach (var (at, (system, value)) in sent.Take(most).Index())
        {
            if (Coding.SystemProblem(system) is { } wrong) errors.Add($"{field}[{at}].system", wrong);
            if (Coding.CodeProblem(value) is { } problem) errors.Add($"{field}[{at}].{code}", problem);
        }
    }

    /// <summary>Gives an owner its codes in place of those of before; a refusal where one is another's.</summary>
    /// <param name="tx">The change.</param>
    /// <param name="collection">The codes.</param>
    /// <param name="field">What the caller calls them.</param>
    /// <param name="owner">Whose they are to be.</param>
    /// <param name="before">Those of before.</param>
    /// <param name="now">Those from now on.</param>
    public static async ValueTask<Refusal?> Change(
        ITransaction tx, string collection, string field, string owner, IReadOnlyCollection<Coding> before,
        IReadOnlyCollection<Coding> now)
    {
        foreach (var code in now.Except(before))
        {
            if (await tx.Find<OwnedCode>(collection, Names.One, code.ToString()) is { } known && known.Owner != owner)
            {
                return Refusal.Conflict($"{field}: '{code.Code}' of {code.System} is that of '{known.Owner}': take it from there first, "
                    + "or correct it.");
            }

            await tx.Put(collection, Names.One, code.ToString(), new OwnedCode(owner));
        }

        foreach (var code in before.Except(now)) await tx.Delete(collection, Names.One, code.ToString());
        return null;
    }

    /// <summary>Lists an owner under a key that others may have too, in place of the key of before.</summary>
    public static async ValueTask Relist(ITransaction tx, string collection, string owner, string? before, string? now)
    {
        if (before == now) return;
        if (before is not null) await tx.Delete(collection, before, owner);
        if (now is not null) await tx.Put(collection, now, owner, "{}"u8.ToArray());
    }
}
