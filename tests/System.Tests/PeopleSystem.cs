using System.Net;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>A system that believes two providers, in one process.</summary>
public sealed class PeopleStandalone() : PeopleSystem(null, new OpenIdProvider(), new OpenIdProvider(), async settings =>
{
    var system = await StandaloneProcess.StartSigningIn([.. settings.SelectMany(setting => (string[])[$"--{setting.Key}", setting.Value])]);
    return (system, system.AdministratorKey);
});

/// <summary>The same with each service a process of its own.</summary>
public sealed class PeopleDistributed() : PeopleSystem(LocalSystem.Missing(), new OpenIdProvider(), new OpenIdProvider(), async settings =>
{
    var system = await LocalSystem.Start(signIn: true, environment: settings.ToDictionary(
        setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value));
    return (system, system.AdministratorKey);
});

/// <summary>One system for all tests of a class, and the providers that it believes.</summary>
/// <param name="missing">Why it cannot run on this machine, or null.</param>
/// <param name="provider">One that answers.</param>
/// <param name="silent">One that does not answer at first.</param>
/// <param name="start">Starts the system with some settings.</param>
public abstract class PeopleSystem(
    string? missing, OpenIdProvider provider, OpenIdProvider silent,
    Func<IReadOnlyDictionary<string, string>, Task<(IHosting Hosting, string Key)>> start)
    : SigningSystem(missing, () => start(SettingsOf(provider, silent)))
{
    private static int _addresses;

    /// <summary>The provider that signs people in.</summary>
    public OpenIdProvider Provider => provider;

    /// <summary>Another, which has not answered yet.</summary>
    public OpenIdProvider Silent => silent;

    public override async ValueTask InitializeAsync()
    {
        await provider.Listen();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await provider.DisposeAsync();
        await silent.DisposeAsync();
    }

    /// <summary>The settings by which a system believes providers.</summary>
    public static Dictionary<string, string> SettingsOf(params OpenIdProvider[] providers) => providers
        .SelectMany((each, at) => new[]
        {
            ("Issuer", each.Issuer), ("Audience", each.Audience), ("GroupsClaim", OpenIdProvider.GroupsClaim),
        }.Select(setting => (Key: $"SignIn:Issuers:{at}:{setting.Item1}", Value: setting.Item2)))
        .ToDictionary(setting => setting.Key, setting => setting.Value);

    /// <summary>A client with a token, from an address of this machine that no other has: those that do not hold are counted by
    /// it.</summary>
    public ApiClient With(string token) => new(Administrator.Http.BaseAddress!, token, NewAddress());

    /// <summary>An address of this machine that nobody has called from.</summary>
    public static IPAddress NewAddress()
    {
        var number = Interlocked.Increment(ref _addresses);
        return new IPAddress([127, 7, (byte)(number / 250), (byte)((number % 250) + 1)]);
    }

    /// <summary>What a person is called that nobody has heard of.</summary>
    public static string NewPerson() => $"person-{Guid.NewGuid():N}";

    /// <summary>How grants and records name a person.</summary>
    public string NameOf(string person) => $"{Provider.Issuer}|{person}";

    /// <summary>How grants name all of a group.</summary>
    public string NameOfGroup(string group) => $"group:{Provider.Issuer}|{group}";

    /// <summary>A grant, as it is asked for.</summary>
    public static JsonObject GrantOf(string caller, string role, string? placeId) => new()
    {
        ["caller"] = caller,
        ["role"] = role,
        ["placeId"] = placeId,
        ["reason"] = "a test",
    };

    /// <summary>Gives a grant, which need not hold yet.</summary>
    public async Task<string> Grant(string caller, string role, string? placeId)
    {
        var grantId = $"{Guid.NewGuid():N}";
        Assert.Equal(201, (await Administrator.Put($"access/grants/{grantId}", GrantOf(caller, role, placeId))).Code);
        return grantId;
    }

    /// <summary>Ends a grant.</summary>
    public async Task End(string grantId) => _ = (await Administrator.Post(
        $"access/grants/{grantId}/end", new JsonObject { ["requestId"] = $"{Guid.NewGuid():N}", ["reason"] = "has other work" })).Body;

    /// <summary>Waits until somebody has so many grants.</summary>
    public static Task Has(ApiClient api, int grants) => Condition.Until($"{grants} grants are known", TimeSpan.FromSeconds(10), async () =>
    {
        var me = (await api.Get("me")).Body;
        return me["grants"]!.AsArray().Count == grants ? null : me.ToJsonString();
    });
}
