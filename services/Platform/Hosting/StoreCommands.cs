using Distribution.Platform.Modules;
using Distribution.Platform.Storage;

namespace Distribution.Platform.Hosting;

/// <summary>What a program does with its stores instead of serving: <c>backup</c>, <c>restore</c>, <c>move</c> and <c>audit</c>.</summary>
internal sealed class StoreCommands(IReadOnlyList<IServiceModule> modules, IReadOnlyList<IStoreProvider> stores)
{
    private IFolderStores Folders => stores.OfType<IFolderStores>().SingleOrDefault()
        ?? throw new StoreUnavailableException("This program has no stores.");

    private IReadOnlyList<string> Services => [.. modules.Where(module => module.HasStore).Select(module => module.Name)];

    /// <summary>Does what the command line says, and says how far it is.</summary>
    /// <returns>Whether it went well; null where the command line is no such command.</returns>
    /// <exception cref="StoreUnavailableException">A store cannot be opened, or something is in the way.</exception>
    public async Task<bool?> Run(string[] args)
    {
        switch (args)
        {
            case ["backup", var folder, var target]:
                Folders.BackUp(Services, Path.GetFullPath(folder), Path.GetFullPath(target), Console.WriteLine);
                return true;
            case ["restore", var backup, var folder]:
                return await Restore(Path.GetFullPath(backup), Path.GetFullPath(folder));
            case ["move", var folder, var connection]:
                return await Move(Path.GetFullPath(folder), connection);
            case ["audit", "verify", var where]:
                return await VerifyAudit(where);
            case ["audit", ..]:
                throw new StartRefusedException("of an audit one can say 'audit verify FOLDER', or 'audit verify CONNECTION'.");
            default:
                return null;
        }
    }

    private async Task<bool> Restore(string backup, string folder)
    {
        using var held = Folders.Lock(folder);
        Folders.Restore(Services, backup, folder, Console.WriteLine);
        var right = true;
        foreach (var module in modules.Where(module => module.HasStore))
        {
            await using var store = await Folders.Open(folder, module.Name);
            if (await module.Check(store, CancellationToken.None) is not { } check) continue;
            Console.WriteLine($"{module.Name}: {check.Says}");
            right &= check.Holds;
        }

        return right;
    }

    private async Task<bool> VerifyAudit(string where)
    {
        var isServer = where.Contains("://", StringComparison.Ordinal);
        var provider = isServer ? stores.OfType<IMoveTargets>().SingleOrDefault() : (IStoreProvider)Folders;
        if (provider is null) throw new StoreUnavailableException("This program has no stores on a server.");
        if (!isServer && Services.FirstOrDefault(service => !Folders.Has(where, service)) is { } missing)
            throw new StoreUnavailableException($"There is no store of {missing} in {where}.");
        // A folder's program must be stopped; a backup has none.
        using var held = isServer ? null : Folders.Lock(where);
        var opened = new Dictionary<string, IStore>();
        try
        {
            foreach (var service in Services) opened.Add(service, await provider.Open(where, service));
            var holds = true;
            foreach (var (service, store) in opened)
            {
                var found = await new AuditVerification(service, store).Run(
                    [.. opened.Where(other => other.Key != service).Select(other => other.Value)], CancellationToken.None);
                foreach (var line in found.Says) Console.WriteLine(line);
                holds &= found.Holds;
            }

            return holds;
        }
        finally
        {
            foreach (var store in opened.Values) await store.DisposeAsync();
        }
    }

    private async Task<bool> Move(string folder, string connection)
    {
        using var held = Folders.Lock(folder);
        var targets = stores.OfType<IMoveTargets>().Single();
        var same = true;
        foreach (var name in Services)
        {
            using var source = Folders.OpenToRead(folder, name);
            await using var target = await targets.OpenToMove(name, connection);
            same &= await StoreMove.Run(source, target, line => Console.WriteLine($"{name}: {line}"), CancellationToken.None);
        }

        return same;
    }
}
