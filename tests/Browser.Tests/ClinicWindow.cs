using System.Globalization;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Distribution.Tests.Support;
using Microsoft.Playwright;

namespace Distribution.Browser.Tests;

/// <summary>What tests do on the pages of a clinic.</summary>
internal static class ClinicWindow
{
    public const string Session = "/clinic/session";
    public const string Today = "/clinic/today";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private const int PersonGap = 60;
    private const int PhoneWidth = 360;

    /// <summary>Opens the session of a clinic, whose time can be moved on.</summary>
    public static async Task<Window> OpenSession(this Browser browser, Uri at, string clinic, string query = "", bool movesTime = true,
        int width = 1366, bool isDark = false, string path = Session)
    {
        var window = await browser.Open(at, width, width > PhoneWidth ? 768 : 740, isDark);
        if (movesTime) await window.Context.Clock.InstallAsync();
        await window.Page.GotoAsync($"{path}?facility={clinic}{query}");
        await window.IsReady(path);
        return window;
    }

    /// <summary>Waits until the page shows what it is about.</summary>
    public static Task IsReady(this Window window, string path = Session) =>
        Assertions.Expect(window.Find(path == Session ? "#session" : "#today")).ToBeVisibleAsync();

    /// <summary>Waits until the page works without a network.</summary>
    public static Task IsKept(this Window window) => Condition.Until("the page is kept", Soon, async () =>
        await window.Run<bool>("navigator.serviceWorker.controller !== null") ? null : "no worker has it");

    /// <summary>Takes the network away, or gives it back.</summary>
    public static Task Network(this Window window, bool isThere)
    {
        window.MayLackNetwork = true;
        return window.Context.SetOfflineAsync(!isThere);
    }

    /// <summary>What is waiting, in the words of the page.</summary>
    public static ILocator Headline(this Window window) => window.Find("#sending .headline");

    /// <summary>Chooses a dose of a vaccine by its name, and for whom, as with a keyboard.</summary>
    public static async Task Choose(this Window window, string vaccine)
    {
        await window.Find("#entry").FillAsync(vaccine);
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Find("#entry")).ToHaveValueAsync("");
        await Assertions.Expect(window.Find(".cell.chosen")).ToHaveCountAsync(1);
    }

    /// <summary>Adds doses of what is chosen.</summary>
    public static async Task Add(this Window window, string count)
    {
        await window.Find("#entry").FillAsync(count);
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Find("#entry")).ToHaveValueAsync("");
    }

    /// <summary>Sends, and lets the time pass in which that can be undone.</summary>
    public static async Task SendAll(this Window window)
    {
        await window.Find("#send").ClickAsync();
        await Assertions.Expect(window.Find("#undo-send")).ToBeVisibleAsync();
        await window.Context.Clock.FastForwardAsync(11_000);
    }

    /// <summary>Types keys as a keyboard of a layout does, so many milliseconds apart by the clock of the events.</summary>
    public static async Task Type(this Window window, string text, string layout = "us", int gap = 5)
    {
        var session = await window.Context.NewCDPSessionAsync(window.Page);
        var at = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        foreach (var letter in text)
        {
            var (code, shift, control) = KeyOf(letter);
            var written = control ? "" : letter is '\r' ? "\r" : AsWritten(letter, layout);
            foreach (var type in new[] { "keyDown", "keyUp" })
            {
                await session.SendAsync("Input.dispatchKeyEvent", new Dictionary<string, object>
                {
                    ["type"] = type,
                    ["code"] = code,
                    ["key"] = letter is '\r' ? "Enter" : written,
                    ["text"] = type == "keyDown" ? written : "",
                    ["modifiers"] = (shift ? 8 : 0) + (control ? 2 : 0),
                    ["windowsVirtualKeyCode"] = letter is '\r' ? 13 : 0,
                    ["timestamp"] = at,
                });
            }

            at += gap / 1000.0;
        }

        await session.DetachAsync();
    }

    /// <summary>Types as a person does.</summary>
    public static Task TypeSlowly(this Window window, string text) => window.Type(text, gap: PersonGap);

    /// <summary>What axe finds wrong.</summary>
    public static async Task<string[]> Faults(this Window window)
    {
        var found = await window.Page.RunAxe(new AxeRunOptions
        {
            RunOnly = new RunOnlyOptions
            {
                Type = "tag",
                Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
            },
        });
        return [.. found.Violations.Select(fault =>
            $"{fault.Id}: {fault.Help}: {string.Join("; ", fault.Nodes.Select(node => node.Html))}")];
    }

    /// <summary>What can be hit and is under 44 px wide or high.</summary>
    public static Task<string[]> TooSmall(this Window window) => window.Run<string[]>("""
        [...document.querySelectorAll('main :is(button, input:not([type=radio]), .chips label)')].filter(part => part.checkVisibility())
          .filter(part => Math.min(part.getBoundingClientRect().width, part.getBoundingClientRect().height) < 44)
          .map(part => part.outerHTML)
        """);

    private static (string Code, bool Shift, bool Control) KeyOf(char letter) => letter switch
    {
        '\r' => ("Enter", false, false),
        '\u001d' => ("BracketRight", false, true),
        >= 'a' and <= 'z' => ($"Key{char.ToUpper(letter, CultureInfo.InvariantCulture)}", false, false),
        >= 'A' and <= 'Z' => ($"Key{letter}", true, false),
        >= '0' and <= '9' => ($"Digit{letter}", false, false),
        '-' => ("Minus", false, false),
        '(' => ("Digit9", true, false),
        ')' => ("Digit0", true, false),
        ']' => ("BracketRight", false, false),
        _ => throw new ArgumentOutOfRangeException(nameof(letter), letter, "is on no key here"),
    };

    /// <summary>What comes out of a key that writes a letter on an American keyboard.</summary>
    private static string AsWritten(char letter, string layout) => (layout, letter) switch
    {
        ("fr", >= '0' and <= '9') => "à&é\"'(-è_ç"[letter - '0'].ToString(),
        ("fr", 'a' or 'A') => "q",
        ("fr", '-') => ")",
        ("fr", ']') => "$",
        ("ar", >= '0' and <= '9') => ((char)('\u0660' + (letter - '0'))).ToString(),
        ("ar", >= 'A' and <= 'Z') => ((char)('\u0628' + (letter - 'A'))).ToString(),
        ("ar", >= 'a' and <= 'z') => ((char)('\u0628' + (letter - 'a'))).ToString(),
        ("ar", ']') => "د",
        _ => letter.ToString(),
    };
}
