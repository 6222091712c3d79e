using Distribution.Contracts;

namespace Distribution.Administration.Recipients;

/// <summary>
/// <c>destroy-recipient-key COUNTRY FOLDER</c>: destroys a country's key in the folder of the keys, and with it every link to persons. A
/// program that runs lets go of it within a second; the next dose of the country that says who got it has a new one made.
/// </summary>
internal static class DestroyRecipientKey
{
    private const int NothingDone = 1;

    /// <summary>Destroys it, where that is the command.</summary>
    /// <returns>The process's exit code, or null where the command is another.</returns>
    public static int? Asked(string[] args)
    {
        if (args is not ["destroy-recipient-key", var country, var folder]) return null;
        if (!Ids.IsId(country) || !Directory.Exists(folder))
        {
            Console.Error.WriteLine(Ids.IsId(country)
                ? $"There is no folder {folder}: name the one of the keys, keys in the data folder."
                : $"'{country}' is no country: its code {Ids.Rule}.");
            return NothingDone;
        }

        var files = new RecipientKeyFiles(Path.GetFullPath(folder));
        var now = TimeProvider.System.GetUtcNow();
        var destroyed = files.Destroy(country, now);
        // Under this one lie lines of the country that came before their facility was known.
        files.Destroy(RecipientKeys.NoCountry, now);
        Console.WriteLine(destroyed > 0
            ? $"The key of {country} is destroyed, and that for places of no country yet. Destroy every copy of {folder} too."
            : $"There was no key of {country} in {folder}. Where the store knows of one that is lost, a new one is made in its stead.");
        return destroyed > 0 ? 0 : NothingDone;
    }
}
