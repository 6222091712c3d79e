using Distribution.Access.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Access;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Distribution.Access.Features;

/// <summary>
/// The key that makes the first other key: from the setting <c>SignIn:AdministratorKey</c>, or else made at the first start and written to
/// the file <c>administrator.key</c> in the data folder. It may do everything, and holds as long as it is there: a key that was leaked is
/// replaced by another, and the next start knows that one alone.
/// </summary>
internal sealed class FirstKey(AccessStore store, SignInSettings signIn, IConfiguration settings) : IHostedService
{
    private const string KeyId = SignInSettings.Administrator;
    private const string Setting = SignInSettings.AdministratorKeySetting;
    private const string File = "administrator.key";

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!signIn.Required) return;
        var hash = AccessKey.HashOf(await Read(cancellationToken));
        await store.Change<StoredKey>(async tx =>
        {
            var known = await tx.Find<StoredKey>(AccessStore.Keys, AccessStore.One, KeyId);
            if (known?.Hash == hash) return known;
            var key = new StoredKey(
                KeyId, "Administrator", Role.Administrator, Rights.Names, hash, tx.Now, DateTimeOffset.MaxValue, Caller.Local.Subject);
            await AccessStore.Put(tx, key);
            return key;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<string> Read(CancellationToken cancel)
    {
        if (settings[Setting] is { Length: > 0 } set)
            return Checked(set, Setting);
        var path = Path.GetFullPath(Path.Combine(settings["data"] ?? "data", File));
        if (System.IO.File.Exists(path)) return Checked(await System.IO.File.ReadAllTextAsync(path, cancel), path);
        var key = AccessKey.New(KeyId);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // There whole or not at all, also after a crash.
        await System.IO.File.WriteAllTextAsync(path + ".new", key + "\n", cancel);
        System.IO.File.Move(path + ".new", path);
        return key;
    }

    private static string Checked(string key, string where) => AccessKey.IsOf(KeyId, key.Trim())
        ? key.Trim()
        : throw new StoreUnavailableException(
            $"{where} has no access key of {KeyId}: 'sign-in-keys FOLDER' makes one, and so does a start without the file.");
}
