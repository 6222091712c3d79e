using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Storage;

namespace Distribution.Contracts.Tests;

/// <summary>
/// What is stored in outboxes and travels between services stays readable: the golden files hold each event's JSON as
/// it was first published. They are never changed; a new meaning is a new type with a file of its own.
/// </summary>
public sealed partial class GoldenTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> WireNames => [.. EventTypes.Select(WireName)];

    private static Type[] EventTypes { get; } =
        [.. typeof(IEvent).Assembly.GetTypes().Where(type => type.IsClass && typeof(IEvent).IsAssignableFrom(type))
            .OrderBy(type => type.FullName)];

    [Fact]
    public void Every_event_has_a_wire_name_of_its_own_that_says_its_service_name_and_version()
    {
        Assert.NotEmpty(EventTypes);
        Assert.All(EventTypes, type =>
        {
            var place = ServiceAndVersion().Match(type.Namespace!);
            Assert.True(place.Success, $"{type} is not in Distribution.Contracts.<Service>.V<n>");
            var words = WordStart().Replace(type.Name, "-").ToLowerInvariant();
            Assert.Equal($"{place.Groups["service"].Value.ToLowerInvariant()}.{words}.v{place.Groups["version"].Value}", WireName(type));
        });
        Assert.Equal(EventTypes.Length, EventTypes.Select(WireName).Distinct().Count());
    }

    [Fact]
    public void Every_event_is_sealed_and_flat()
    {
        Assert.All(EventTypes, type =>
        {
            Assert.True(type.IsSealed, $"{type} may be derived from");
            Assert.Equal(typeof(object), type.BaseType);
        });
    }

    [Theory]
    [MemberData(nameof(WireNames))]
    public void An_event_is_written_as_it_always_was(string wireName)
    {
        Assert.True(Samples.All.TryGetValue(TypeOf(wireName), out var sample), $"add a sample of {wireName} to Samples.cs");
        Assert.Equal(Golden(wireName, sample), Json(sample));
    }

    [Theory]
    [MemberData(nameof(WireNames))]
    public void An_event_is_read_as_it_always_was(string wireName)
    {
        Assert.True(Samples.All.TryGetValue(TypeOf(wireName), out var sample), $"add a sample of {wireName} to Samples.cs");
        var golden = Golden(wireName, sample);
        var read = JsonSerializer.Deserialize(golden, TypeOf(wireName), StoreJson.Options);
        Assert.NotNull(read);
        Assert.Equal(golden, Json(read));
    }

    [Theory]
    [MemberData(nameof(WireNames))]
    public void A_field_that_is_added_later_does_not_hinder_a_reader_of_today(string wireName)
    {
        Assert.True(Samples.All.TryGetValue(TypeOf(wireName), out var sample), $"add a sample of {wireName} to Samples.cs");
        var golden = Golden(wireName, sample);
        var read = JsonSerializer.Deserialize(golden.Insert(1, "\"addedLater\":{\"list\":[1]},"), TypeOf(wireName), StoreJson.Options);
        Assert.Equal(golden, Json(read!));
    }

    [Fact]
    public void Every_golden_file_has_its_event_for_ever()
    {
        var files = Directory.GetFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension);
        Assert.Empty(files.Except(EventTypes.Select(WireName)));
    }

    [Fact]
    public void A_page_of_events_is_written_and_read_as_it_always_was()
    {
        var page = new EventPage<StockLevelChanged>([new PagedEvent<StockLevelChanged>(
            new Guid("0198c0de-0000-7000-8000-000000000001"), new DateTimeOffset(2021, 1, 31, 8, 30, 15, 250, TimeSpan.Zero),
            new StockLevelChanged("F1", "MR", 3, 20, 1, 0))]);
        const string Written = """
            {"events":[{"eventId":"0198c0de-0000-7000-8000-000000000001","recordedAt":"2021-01-31T08:30:15.25+00:00","event":{"facilityId":"F1","vaccineId":"MR","version":3,"onHand":20,"quarantined":1,"discrepancy":0}}]}
            """;
        Assert.Equal(Written, Json(page));
        Assert.Equal(Written, Json(JsonSerializer.Deserialize<EventPage<StockLevelChanged>>(Written, StoreJson.Options)!));
        // How it is found in a message: by namespace and name.
        Assert.Equal("Distribution.Contracts.EventPage`1", typeof(EventPage<>).FullName);
    }

    private static string Golden(string wireName, IEvent sample)
    {
        var file = Path.Combine(Folder, $"{wireName}.json");
        Assert.True(File.Exists(file), $"there is no Golden/{wireName}.json; of a new event it would hold: {Json(sample)}");
        return File.ReadAllText(file).TrimEnd();
    }

    private static string Json(object value) => JsonSerializer.Serialize(value, value.GetType(), StoreJson.Options);

    private static Type TypeOf(string wireName) => EventTypes.Single(type => WireName(type) == wireName);

    private static string WireName(Type type) => type.GetCustomAttribute<WireNameAttribute>()?.Name ?? $"{type} has no wire name";

    [GeneratedRegex(@"^Distribution\.Contracts\.(?<service>\w+)\.V(?<version>\d+)$")]
    private static partial Regex ServiceAndVersion();

    [GeneratedRegex("(?<!^)(?=[A-Z])")]
    private static partial Regex WordStart();
}
