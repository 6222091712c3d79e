using System.Security.Cryptography;
using System.Text;
using Distribution.Administration.Intake;
using Distribution.Administration.Intake.Lines;

namespace Distribution.Administration.Tests;

/// <summary>Who got a dose is hashed under a country's key as it is read, and is nowhere else.</summary>
public sealed class RecipientTests
{
    private const int Seeds = 2_000;
    private static readonly int Newest = new DateOnly(2026, 4, 1).DayNumber;

    [Fact]
    public void The_same_recipient_is_recognised_under_the_same_key_and_under_no_other()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var random = new Random(seed);
            var (who, other) = (Recipient(random), Recipient(random));
            var secret = RandomNumberGenerator.GetBytes(32);
            using var italy = new RecipientKey("IT", 1, secret);
            using var again = new RecipientKey("IT", 1, secret);
            using var next = new RecipientKey("IT", 2, RandomNumberGenerator.GetBytes(32));
            using var france = new RecipientKey("FR", 1, RandomNumberGenerator.GetBytes(32));
            var kept = Mark(Read(_ => italy, Dose(who)));
            Assert.Equal(kept, Mark(Read(_ => again, Dose(who))));
            Assert.False(RecipientMark.Differ(kept, Mark(Read(_ => again, Dose(who)))));
            Assert.Equal(who != other, RecipientMark.Differ(kept, Mark(Read(_ => italy, Dose(other)))));
            Assert.True(RecipientMark.Differ(kept, Mark(Read(_ => italy, Dose(null)))));
            foreach (var key in new[] { next, france })
            {
                var under = Mark(Read(_ => key, Dose(who)));
                Assert.NotEqual(kept!.Hash, under!.Hash);
                Assert.False(RecipientMark.Differ(kept, under));
                Assert.False(RecipientMark.Differ(kept, Mark(Read(_ => key, Dose(other)))));
            }
        }
    }

    [Fact]
    public void What_is_kept_of_a_line_does_not_say_who_got_the_dose()
    {
        using var key = new RecipientKey("IT", 1, RandomNumberGenerator.GetBytes(32));
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var who = "who-" + Recipient(new Random(seed));
            var chunk = Read(_ => key, Dose(who), Dose(who) + "}", Dose(who).Replace("\"1\"", "1", StringComparison.Ordinal),
                Dose(who).Replace("recipientKey", "RecipientKey", StringComparison.Ordinal));
            var entry = Assert.Single(chunk.Doses);
            Assert.Equal(3, chunk.Rejected.Total);
            Assert.All(chunk.Rejected.Listed, line => Assert.DoesNotContain(who, line.Reason, StringComparison.Ordinal));
            var clear = Encoding.UTF8.GetBytes(who);
            Assert.Equal(-1, chunk.RecordOf(entry).Span.IndexOf(clear));
            Assert.Equal(-1, chunk.Canonical.IndexOf(clear));
            // Not even by trying: the hash of a line that is rejected, which anybody can make, is of what comes before.
            var canonical = chunk.Canonical.ToArray();
            foreach (var rejected in new[] { Dose(who) + "}", Dose(who).Replace("\"1\"", "1", StringComparison.Ordinal) })
                Assert.Equal(-1, canonical.AsSpan().IndexOf(SHA256.HashData(Encoding.UTF8.GetBytes(rejected))));
        }
    }

    [Fact]
    public void Another_recipient_under_the_same_submission_is_another_submission_where_that_can_be_told()
    {
        using var one = new RecipientKey("", 1, RandomNumberGenerator.GetBytes(32));
        using var two = new RecipientKey("IT", 1, RandomNumberGenerator.GetBytes(32));
        var kept = LinesPrint.Of(Read(_ => one, Dose("a"), Dose(null)));
        Assert.Equal(kept, LinesPrint.Parse(kept.ToString()));
        Assert.False(LinesPrint.Of(Read(_ => one, Dose("a"), Dose(null))).IsOther(kept));
        Assert.True(LinesPrint.Of(Read(_ => one, Dose("b"), Dose(null))).IsOther(kept));
        Assert.True(LinesPrint.Of(Read(_ => one, Dose(null), Dose("a"))).IsOther(kept));
        Assert.True(LinesPrint.Of(Read(_ => one, Dose("a"), Dose("a"))).IsOther(kept));
        Assert.True(LinesPrint.Of(Read(_ => one, Dose(null), Dose(null))).IsOther(kept));
        // Hashed under another key by now: not to be compared.
        Assert.False(LinesPrint.Of(Read(_ => two, Dose("a"), Dose(null))).IsOther(kept));
        Assert.False(LinesPrint.Of(Read(_ => two, Dose("b"), Dose(null))).IsOther(kept));
        Assert.True(LinesPrint.Of(Read(_ => two, Dose("a", "2"), Dose(null))).IsOther(kept));
        // And as it comes as a stream.
        using var stream = new StreamPrint();
        stream.Add(Read(_ => one, Dose("a"), Dose(null)));
        Assert.Equal(kept, stream.Finish());
        var plain = LinesPrint.Of(Read(_ => one, Dose(null)));
        Assert.Equal((null, plain.Lines), (plain.Recipients, plain.ToString()));
    }

    [Fact]
    public void A_line_waits_for_its_key_and_one_whose_key_cannot_be_used_is_not_kept()
    {
        RecipientKey? key = null;
        var chunk = Read(_ => key, Dose("a"), Dose(null), Dose("b"));
        Assert.Single(chunk.Doses);
        Assert.Equal(["F1"], chunk.Recipients.TakeAwaited());
        using (key = new RecipientKey("IT", 1, RandomNumberGenerator.GetBytes(32)))
        {
            chunk.AddLine(4, Encoding.UTF8.GetBytes(Dose("a")));
            Assert.Equal(2, chunk.Doses.Count);
        }

        // It is gone in the middle of a stream.
        chunk.AddLine(5, Encoding.UTF8.GetBytes(Dose("b")));
        Assert.Equal((2, 1), (chunk.Doses.Count, chunk.Recipients.Awaited.Count));
        key = RecipientKey.Unusable("recipientKey: no key");
        chunk.AddLine(6, Encoding.UTF8.GetBytes(Dose("b")));
        chunk.AddLine(7, Encoding.UTF8.GetBytes(Dose(null)));
        Assert.Equal((3, 1), (chunk.Doses.Count, chunk.WithoutKey));
        Assert.Equal("recipientKey: no key", Assert.Single(chunk.Rejected.Listed).Reason);
        Assert.Equal(4, chunk.Lines);
    }

    [Fact]
    public void Hashing_costs_no_garbage()
    {
        using var key = new RecipientKey("IT", 1, RandomNumberGenerator.GetBytes(32));
        var chunk = new Chunk(_ => key);
        var line = Encoding.UTF8.GetBytes(Dose("0123456789abcdef"));
        long made = 0;
        for (var round = 0; round < 3; round++)
        {
            chunk.Begin("S1", Newest);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var at = 1; at <= 1_000; at++) chunk.AddLine(at, line);
            made = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.True(made < 1_000, $"{made} bytes for a thousand lines");
    }

    private static string Recipient(Random random) => new(
        random.GetItems("abcdefghijklmnopqrstuvwxyz0123456789é–鍵".ToCharArray(), random.Next(8, 60)));

    private static string Dose(string? who, string doseNumber = "1") =>
        "{\"doseId\":\"0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c11\",\"facilityId\":\"F1\",\"vaccineId\":\"V\",\"doseNumber\":"
            + $"\"{doseNumber}\",\"occurredOn\":\"2026-03-31\"" + (who is null ? "" : $",\"recipientKey\":\"{who}\"") + "}";

    private static Chunk Read(Func<string, RecipientKey?> keyOf, params string[] lines)
    {
        var chunk = new Chunk(keyOf);
        chunk.Begin("S1", Newest);
        for (var line = 0; line < lines.Length; line++) chunk.AddLine(line + 1, Encoding.UTF8.GetBytes(lines[line]));
        return chunk;
    }

    private static RecipientMark? Mark(Chunk chunk) => DoseRecord.Read(chunk.RecordOf(Assert.Single(chunk.Doses)).Span).Recipient;
}
