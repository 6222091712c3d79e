using Distribution.Browser.Tests;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Browser))]
[assembly: AssemblyFixture(typeof(OpenScreens))]
[assembly: AssemblyFixture(typeof(SignedScreens))]

namespace Distribution.Browser.Tests;

/// <summary>One Chromium for all tests; each has a window of its own in it. Where there is none they are skipped by name.</summary>
public sealed class Browser : IAsyncLifetime
{
    /// <summary>The collection of all tests: they use one browser, and few processors.</summary>
    public const string One = "Browser";

    private const float AnswerLimit = 30_000;

    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private static readonly string? Program =
        Places.Prepend(Environment.GetEnvironmentVariable("DISTRIBUTION_CHROMIUM")).FirstOrDefault(File.Exists);

    private IPlaywright? _playwright;
    private IBrowser? _chromium;

    public async ValueTask InitializeAsync()
    {
        if (Program is null) return;
        _playwright = await Playwright.CreateAsync();
        _chromium = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_chromium is not null) await _chromium.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>A window of its own, with what went wrong in it.</summary>
    public async Task<Window> Open(Uri at, int width = 1366, int height = 768, bool isDark = false)
    {
        SkipWithout();
        var context = await _chromium!.NewContextAsync(new()
        {
            BaseURL = at.ToString(),
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = "en",
        });
        context.SetDefaultTimeout(AnswerLimit);
        return new Window(context, await context.NewPageAsync(), at);
    }

    /// <summary>Whether there is a browser.</summary>
    public static bool IsThere => Program is not null;

    /// <summary>Skips a test where there is none.</summary>
    public static void SkipWithout() => Assert.SkipWhen(
        Program is null,
        "there is no Chromium on this machine: install the package chromium, or say where one is with DISTRIBUTION_CHROMIUM");
}

/// <summary>A window of the browser. As it is closed nothing may have been refused by the policy of the pages, nothing may have failed in
/// their scripts, and nothing may have been asked of another address.</summary>
public sealed class Window : IAsyncDisposable
{
    private readonly List<string> _wrong = [];

    internal Window(IBrowserContext context, IPage page, Uri at)
    {
        (Context, Page) = (context, page);
        context.Request += (_, request) =>
        {
            if (request.Url.StartsWith(at.ToString(), StringComparison.Ordinal)) Asked.Add(request.Url);
            else if (!request.Url.StartsWith("data:", StringComparison.Ordinal)) Note($"asked {request.Url}");
        };
        context.WebError += (_, error) => Note(error.Error);
        context.Console += (_, message) =>
        {
            // That nobody has signed in, or that what was typed is not taken, is no fault of the page.
            if (message.Type == "error" && !message.Text.Contains("the server responded with a status of 4", StringComparison.Ordinal)
                && !(MayLackNetwork && message.Text.Contains("net::ERR_", StringComparison.Ordinal)))
                Note($"{message.Text} {message.Location}");
        };
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    /// <summary>Whether questions may go unanswered, because the network is taken away.</summary>
    public bool MayLackNetwork { get; set; }

    /// <summary>What was asked of the server, in order.</summary>
    public SynchronizedList Asked { get; } = new();

    /// <summary>Keeps a picture of the page for who wants to look at them, in the folder that DISTRIBUTION_PICTURES names.</summary>
    public async Task Keep(string name)
    {
        if (Environment.GetEnvironmentVariable("DISTRIBUTION_PICTURES") is { } folder)
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
    }

    /// <summary>Signs in with an access key, and waits for the first page.</summary>
    public async Task SignIn(string key)
    {
        await Page.GotoAsync("/");
        await Find("#key").FillAsync(key);
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Find("#key")).ToHaveCountAsync(0);
    }

    public ILocator Find(string selector) => Page.Locator(selector);

    public Task<T> Run<T>(string script) => Page.EvaluateAsync<T>(script);

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        lock (_wrong) Assert.True(_wrong.Count == 0, string.Join('\n', _wrong));
    }

    private void Note(string what)
    {
        lock (_wrong) _wrong.Add(what);
    }
}

/// <summary>A list that several threads add to.</summary>
public sealed class SynchronizedList
{
    private readonly List<string> _items = [];

    public int Count
    {
        get
        {
            lock (_items) return _items.Count;
        }
    }

    public void Add(string item)
    {
        lock (_items) _items.Add(item);
    }

    public string[] After(int index)
    {
        lock (_items) return [.. _items.Skip(index)];
    }
}
