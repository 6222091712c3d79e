namespace Distribution.Simulation.Tests;

/// <summary>
/// One run of the simulated world: everything in it, but for what happens at the same time, follows from two seeds. The
/// one of the world says what is asked, the one of the network what goes wrong.
/// </summary>
internal sealed class Run : IAsyncDisposable
{
    private const int StepsMin = 50;
    private const int StepsMax = 110;
    private const int EventsOfAStepMax = 14;
    private const int FaultPercentMax = 25;
    private const int SettleRoundsMax = 2000;
    private const string WasMerged = "was merged into";
    private static readonly TimeSpan RestingTime = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(1);

    private readonly SimulatedClock _clock;
    private readonly Model _model = new();
    private readonly Faults _faults;
    private readonly Random _chance;
    private readonly SimulatedSystem _system;
    private readonly Network _network;
    private readonly Client _client;
    private readonly Clinic _clinic;
    private readonly Logistics _logistics;
    private readonly OtherSystems _others;
    private readonly Queue<Ask> _reference = [];
    private readonly Random _world;
    private int _merges;

    private Run(int worldSeed, int networkSeed, SimulatedSystem system, SimulatedClock clock, Faults faults, Story story, bool conflicts)
    {
        (_system, _clock, _faults, Story) = (system, clock, faults, story);
        _chance = new Random(networkSeed);
        _world = new Random(worldSeed);
        _network = new Network(system, new Random(networkSeed + 1), story);
        _client = new Client(system, new Random(networkSeed + 2), story);
        _clinic = new Clinic(new Random(worldSeed + 1), _model, _client, conflicts);
        _logistics = new Logistics(new Random(worldSeed + 2), _model, _client);
        _others = new OtherSystems(new Random(worldSeed + 3), _model);
        foreach (var ask in ReferenceData()) _reference.Enqueue(ask);
    }

    public Story Story { get; }

    /// <param name="worldSeed">Says what is asked.</param>
    /// <param name="networkSeed">Says what goes wrong.</param>
    /// <param name="conflicts">Whether the facts may contradict each other.</param>
    /// <param name="writers">Counts conflicts, where the store is to have several writers; null for a store with one.</param>
    public static async Task<Run> Start(int worldSeed, int networkSeed, bool conflicts = true, Conflicts? writers = null)
    {
        var faults = new Faults(networkSeed, new Random(networkSeed).Next(FaultPercentMax));
        var clock = new SimulatedClock(World.Start);
        return new Run(worldSeed, networkSeed, await SimulatedSystem.Start(faults, clock, writers), clock, faults, new Story(), conflicts);
    }

    /// <summary>Everything at once: facts and commands, faults and crashes, one after the other or at the same time.</summary>
    public async Task Live(bool concurrent)
    {
        var eventsMax = _chance.Next(3, EventsOfAStepMax);
        for (var early = _chance.Next(4) * _reference.Count / 2; early > 0; early--) await NextReference();
        for (var step = _chance.Next(StepsMin, StepsMax); step > 0; step--)
        {
            _clock.Advance(TimeSpan.FromSeconds(_chance.Next(40)));
            for (var events = _chance.Next(eventsMax); events > 0; events--) await _network.Step();
            switch (_chance.Next(concurrent ? 24 : 20))
            {
                case 0: await Crash(); break;
                case 1: await _client.Repeat(); break;
                case 2 or 3: await _client.Retry(); break;
                case 4 or 5: await NextReference(); break;
                case < 20: await Do(await NextAsk()); break;
                default: await Burst(); break;
            }
        }
    }

    /// <summary>The same facts, each once, in the order of the network's seed.</summary>
    public async Task TakeFacts(int count)
    {
        var facts = new List<Ask>(_reference);
        var corrected = new HashSet<string>();
        for (var i = 0; i < count; i++)
        {
            facts.Add(_world.Next(9) switch
            {
                < 3 => _logistics.Past(),
                3 => _others.ByHl7(),
                4 => _others.ByFhir(),
                _ => _clinic.Submit(),
            });
            // Of a line that two people correct the first has it, whoever that is: so each line is taken back or replaced once.
            var correction = _world.Next(8) switch { 0 => _clinic.Retract(), 1 => _clinic.Correct(), _ => null };
            if (correction is not null && corrected.Add(correction.Path[..correction.Path.LastIndexOf('/')]))
                facts.Add(correction with { UntilAccepted = true });
        }

        facts.AddRange(_logistics.TakeBackPast());
        facts.Add(Merge(0, "F2", "F1") with { UntilAccepted = true });
        _reference.Clear();
        var shuffled = facts.ToArray();
        _chance.Shuffle(shuffled);
        foreach (var fact in shuffled)
        {
            for (var events = _chance.Next(6); events > 0; events--) await _network.Step();
            await _client.Do(fact);
            if (_chance.Next(30) == 0) await Crash();
        }
    }

    /// <summary>Ends the faults and lets everything come to rest: all answered, all delivered, all settled.</summary>
    public async Task Settle()
    {
        _faults.On = false;
        for (var round = 0; _client.HasUnanswered || _reference.Count > 0 || _client.HasRefused; round++)
        {
            if (round > SettleRoundsMax) throw new InvalidOperationException("some requests are never answered or never accepted");
            await _client.Retry();
            await NextReference();
            await _network.Drain();
        }

        // What outages left behind is taken up again after a while, in the background: that has no end to wait for.
        for (var quiet = 0; quiet < 3; quiet++)
        {
            _clock.Advance(RestingTime);
            await Task.Delay(PollWait);
            await _network.Drain();
        }

        await _logistics.Learn();
    }

    /// <summary>Everything that is wrong, after it came to rest.</summary>
    public async Task<IReadOnlyList<string>> Check()
    {
        var findings = new Findings();
        var places = await Places.Read(_client);
        await new CoverageInvariants(_client, _model, places, findings).Check();
        await new LedgerInvariants(_client, _model, places, findings).Check();
        return findings.Problems;
    }

    /// <summary>Where the facts ended: stock, doses given and discrepancy by facility, vaccine and lot.</summary>
    public async Task<string> End()
    {
        var ledger = await Ledger.Read(_client);
        var accounts = ledger.Accounts
            .Where(sum => sum.Key.Account is "onHand" or "administered" && sum.Value != 0)
            .Select(sum => $"{sum.Key.Account} {sum.Key.Facility} {sum.Key.Vaccine} {sum.Key.Lot}: {sum.Value}");
        var open = (await Ledger.ReadAll(_client, "inventory/discrepancies")).SelectMany(item => item["lots"]!.AsArray()
            .Select(lot => $"discrepancy {item["facilityId"]} {item["vaccineId"]} {lot!["lotNumber"]}: {lot["doses"]}"));
        return string.Join('\n', accounts.Concat(open).Order(StringComparer.Ordinal));
    }

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    private async Task Do(Ask? ask)
    {
        if (ask is not null) await _client.Do(ask);
    }

    private async Task Crash()
    {
        Story.Tell("CRASH");
        await _system.Crash();
    }

    /// <summary>Several requests and events at the same time, perhaps with a crash in the middle of them.</summary>
    private async Task Burst()
    {
        var asks = new List<Ask>();
        for (var i = _chance.Next(2, 7); i > 0; i--)
        {
            if (await NextAsk() is { } ask && !asks.Exists(other => !other.Keyed && other.Path == ask.Path)) asks.Add(ask);
            else if (_world.Next(2) == 0) i++;
        }

        Story.Tell($"at the same time: {asks.Count} requests");
        var running = asks.Select(ask => Task.Run(() => _client.Do(ask)))
            .Concat(Enumerable.Range(0, _chance.Next(5)).Select(_ => Task.Run(_network.Step))).ToList();
        if (_chance.Next(4) == 0)
        {
            for (var spins = _chance.Next(200); spins > 0; spins--) await Task.Yield();
            await Crash();
        }

        await Task.WhenAll(running);
    }

    private async Task NextReference()
    {
        if (_reference.TryDequeue(out var ask)) await _client.Do(ask);
        else await _client.RetryRefused();
    }

    private async Task<Ask?> NextAsk() => _world.Next(34) switch
    {
        29 => _clinic.Correct(),
        30 or 31 => _others.ByHl7(),
        32 or 33 => _others.ByFhir(),
        < 6 => _clinic.Submit(),
        6 => _clinic.Retract(),
        7 => await _clinic.Discard(),
        < 11 => _logistics.Past(),
        11 => await _logistics.Request(),
        < 18 => await _logistics.Advance(),
        < 23 => await _logistics.Correct(),
        23 or 24 => _logistics.Reverse(),
        25 => PutLot(random: true, _world.Pick(World.Lots)),
        26 => _world.Next(2) == 0 ? _logistics.TakeBack() : await _logistics.Discard(),
        27 => Reparent(),
        _ => Merge(),
    };

    private Ask[] ReferenceData()
    {
        Ask[] asks =
        [
            .. World.Places.Select(PutPlace),
            PutVaccine("V1", late: false),
            PutVaccine("V2", late: false),
            .. World.Lots.Select(lot => PutLot(random: false, lot)),
        ];
        _world.Shuffle(asks);
        return asks;
    }

    private Ask PutPlace(PlaceFacts place) =>
        Ask.Put($"place {place}", $"facilities/{place.Id}", World.Facility(place), (answer, uncertain) =>
        {
            if (answer.Accepted || (uncertain && answer.ToString().Contains(WasMerged, StringComparison.Ordinal))) _model.Learn(place);
            else if (uncertain) _model.UncertainPlaces.Add(place);
        }) with
        { UntilAccepted = true, TooLate = WasMerged };

    /// <summary>Puts a vaccine; the first one is put again when it is there, with one more dose number.</summary>
    private Ask PutVaccine(string vaccine, bool late) =>
        Ask.Put($"vaccine {vaccine}", $"vaccines/{vaccine}", World.Vaccine(vaccine, late), (_, _) =>
        {
            if (!late) _reference.Enqueue(PutVaccine(vaccine, late: true));
        });

    private Ask PutLot(bool random, (string Vaccine, string Lot, DateOnly? Expires) lot)
    {
        var body = new
        {
            expirationDate = random && lot.Expires is { } expires ? expires.AddDays(_world.Next(-60, 60)) : lot.Expires,
            status = random ? _world.Pick<string>(["APPROVED", "APPROVED", "QUARANTINED", "RECALLED"]) : null,
            statusFrom = random ? World.Day(_world) : (DateOnly?)null,
        };
        var ask = Ask.Put($"lot {Ask.Json(body)}", $"vaccines/{lot.Vaccine}/lots/{lot.Lot}", body, (_, _) => { });
        return ask with { UntilAccepted = !random };
    }

    /// <summary>Merges a facility into another of its country, whether both are there and one by themselves or not.</summary>
    private Ask Merge()
    {
        var facilities = _world.Pick(World.Facilities).ToArray();
        _world.Shuffle(facilities);
        return Merge(++_merges, facilities[0], facilities[1]);
    }

    private Ask Merge(int number, string id, string into) => Ask.Post(
        $"merge {id} into {into}", $"facilities/{id}/merge", new { requestId = $"m{number}", into }, (answer, _) =>
        {
            if (answer.Accepted) _model.Merge(id, into);
        });

    private Ask? Reparent()
    {
        var place = _model.Places.GetValueOrDefault(_world.Pick<string>(["F1", "F2", "F3", "A-north-1"]));
        var parent = _world.Pick(World.Parents);
        return place is null || parent == place.Id ? null : PutPlace(place with { Parent = parent }) with { UntilAccepted = false };
    }
}
