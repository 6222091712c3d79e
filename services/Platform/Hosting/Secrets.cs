using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.FileProviders;

namespace Distribution.Platform.Hosting;

/// <summary>
/// Settings that nobody should see in a process's environment or command line: a folder with a file for each, named as the
/// environment variable would be (<c>ConnectionStrings__RabbitMq</c>). The setting <c>secrets</c> names the folder; without
/// it, it is where container engines put secrets, and need not be there.
/// </summary>
internal static class Secrets
{
    private const string Setting = "secrets";
    private const string UsualFolder = "/run/secrets";

    /// <summary>Adds them below all other settings: what somebody says at the start of a process wins over what lies there.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder that the setting names is not there.</exception>
    public static void AddSecrets(this WebApplicationBuilder builder)
    {
        var named = builder.Configuration[Setting];
        var folder = Path.GetFullPath(named ?? UsualFolder);
        builder.Configuration.Sources.Insert(0, new KeyPerFileConfigurationSource
        {
            FileProvider = Directory.Exists(folder) ? new PhysicalFileProvider(folder) : null,
            Optional = named is null,
        });
    }
}
