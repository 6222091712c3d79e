using System.Runtime.InteropServices;

namespace Distribution.Platform.Hosting;

/// <summary>Sees to it that nobody else on the machine can read what a program writes.</summary>
internal static class PrivateFiles
{
    private const uint OthersNothing = 0b000_111_111;

    /// <summary>From now on files are made 0600 and folders 0700, whatever the machine's habit. On Windows a folder's own rights
    /// hold.</summary>
    public static void Only()
    {
        if (!OperatingSystem.IsWindows()) _ = SetMask(OthersNothing);
    }

    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint SetMask(uint mask);
}
