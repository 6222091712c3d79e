using System.Text;
using Distribution.Interop.Hl7v2;

namespace Distribution.Interop.Tests.Hl7v2;

/// <summary>Messages are read by what they say of themselves, and whatever is sent, nothing is thrown.</summary>
public sealed class MessageTests
{
    private const string Header = "MSH|^~\\&|APP^1.2.3^ISO|CLINIC-1|US|STATE|20260302101500+0100||VXU^V04^VXU_V04|17|P|2.5.1";

    [Theory]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r\n\r\n")]
    public void Segments_end_with_either_sign_or_both(string end)
    {
        var message = Read($"{Header}{end}PID|1||7{end}RXA|0|1{end}RXA|0|2{end}")!;
        Assert.Equal(["MSH 1", "PID 1", "RXA 1", "RXA 2"], message.Segments.Select(segment => $"{segment.Name} {segment.Occurrence}"));
        Assert.True(message is { IsAlone: true, HasKnownCharacters: true });
    }

    [Fact]
    public void A_headers_first_field_is_what_separates_the_others()
    {
        var header = Read(Header)!.Msh;
        Assert.Equal(("|", "^~\\&", "APP", "1.2.3", "CLINIC-1"),
            (header[1].Sent, header[2].Sent, header[3][1], header[3][2], header[4][1]));
        Assert.Equal(("VXU", "V04", "17", null), (header[9][1], header[9][2], header[10][1], header[99][1]));
    }

    [Fact]
    public void A_message_may_have_other_delimiters_than_most()
    {
        var message = Read("MSH*:+!%*APP*X*A*B*2026**VXU:V04*1*P*2.5.1\rPID***7:::A!S!B+8:::C")!;
        Assert.Equal(("7", "A:B"), (message.Segments[1][3][1], message.Segments[1][3][4]));
        Assert.Equal(["7", "8"], message.Segments[1][3].Repetitions.Select(repetition => repetition[1]));
    }

    [Theory]
    [InlineData(@"a\F\b\S\c\R\d\E\e\T\f", "a|b^c~d\\e&f")]
    [InlineData(@"\X41\\XC3A9\", "Aé")]
    [InlineData(@"\H\bold\N\", "bold")]
    [InlineData(@"one\.br\two", "one\ntwo")]
    [InlineData(@"\Zunknown\", @"\Zunknown\")]
    [InlineData(@"\X4\", @"\X4\")]
    [InlineData(@"open\F", @"open\F")]
    public void Escapes_are_resolved_and_those_that_are_none_stay(string sent, string said) =>
        Assert.Equal(said, Read($"{Header}\rNTE|{sent}")!.Segments[1][1][1]);

    [Fact]
    public void What_is_not_said_and_what_is_said_to_be_none_are_told_apart()
    {
        var segment = Read($"{Header}\rRXA|\"\"||a^\"\"^ b ")!.Segments[1];
        Assert.Equal((null, false), (segment[1][1], segment[1].IsEmpty));
        Assert.Equal((null, true), (segment[2][1], segment[2].IsEmpty));
        Assert.Equal(("a", null, "b", null), (segment[3][1], segment[3][2], segment[3][3], segment[3][4]));
    }

    [Theory]
    [InlineData("8859/1", "iso-8859-1", true)]
    [InlineData("8859/6", "iso-8859-6", true)]
    [InlineData("UNICODE UTF-8", "utf-8", true)]
    [InlineData("", "utf-8", true)]
    [InlineData("GB 18030-2000", "utf-8", false)]
    public void A_message_says_in_which_characters_it_is(string name, string encoding, bool isKnown)
    {
        var text = name == "8859/6" ? "عيادة" : "clé";
        var message = Message.Read((CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding)).GetBytes(
            $"{Header}||||||{name}\rNTE|{text}"))!;
        Assert.Equal(isKnown, message.HasKnownCharacters);
        if (isKnown) Assert.Equal(text, message.Segments[1][1][1]);
    }

    [Fact]
    public void What_the_lower_layer_puts_around_a_message_is_no_part_of_it()
    {
        var message = Read($"\u000B{Header}\rPID|1\r\u001C\r")!;
        Assert.Equal(["MSH", "PID"], message.Segments.Select(segment => segment.Name));
        Assert.Equal("1", message.Segments[1][1][1]);
    }

    [Theory]
    [InlineData("FHS|^~\\&|A\rBHS|^~\\&|A\r")]
    [InlineData("BHS|^~\\&|A\n")]
    public void Of_a_batch_the_first_message_is_read_and_it_is_said(string batch)
    {
        var message = Read($"{batch}{Header}\rPID|1\r{Header}\rPID|2\rBTS|2\r")!;
        Assert.False(message.IsAlone);
        Assert.Equal(["MSH", "PID"], message.Segments.Select(segment => segment.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("PID|1")]
    [InlineData("MSH")]
    [InlineData("MSH|")]
    [InlineData("MSH|^~\\&")]
    [InlineData("MSHa^~\\&a")]
    [InlineData("MSH|^^\\&|")]
    [InlineData("{\"resourceType\": \"Immunization\"}")]
    public void Without_a_header_there_is_no_message(string text) => Assert.Null(Read(text));

    [Fact]
    public void An_answer_goes_to_the_sender_names_the_message_and_what_was_found_where()
    {
        var message = Read($"{Header}\rRXA|0|1\rRXA|0|1")!;
        var answer = Message.Read(Encoding.UTF8.GetBytes(Acknowledgement.Write(
            message, AcknowledgementCode.AE,
            [
                new(Severity.Error, ErrorCode.DataType, message.Segments[2], 3, "a|b^c\rd"),
                new(Severity.Warning, ErrorCode.SegmentOrder, null, null, "x"),
            ],
            "answer-1", new DateTimeOffset(2026, 3, 2, 9, 15, 1, TimeSpan.Zero))))!;
        Assert.Equal(("US", "STATE", "APP", "1.2.3", "CLINIC-1"),
            (answer.Msh[3][1], answer.Msh[4][1], answer.Msh[5][1], answer.Msh[5][2], answer.Msh[6][1]));
        Assert.Equal(("20260302091501.000+0000", "ACK", "answer-1", "P", "2.5.1", "Z23"),
            (answer.Msh[7][1], answer.Msh[9][1], answer.Msh[10][1], answer.Msh[11][1], answer.Msh[12][1], answer.Msh[21][1]));
        Assert.Equal(("AE", "17"), (answer.Segments[1][1][1], answer.Segments[1][2][1]));
        var (error, warning) = (answer.Segments[2], answer.Segments[3]);
        Assert.Equal(("RXA", "2", "3", "102", "HL70357", "E", "a|b^c d"),
            (error[2][1], error[2][2], error[2][3], error[3][1], error[3][3], error[4][1], error[8][1]));
        Assert.Equal((true, "100", "W", "x"), (warning[2].IsEmpty, warning[3][1], warning[4][1], warning[8][1]));
        Assert.Equal(4, answer.Segments.Count);
    }

    [Fact]
    public void Whatever_is_sent_is_read_or_not_and_nothing_is_thrown()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var start = Encoding.UTF8.GetBytes(
            $"{Header}|||ER|AL|||||Z22\rPID|1||P-17^^^C&1&ISO^MR~9\rORC|RE||A-1^C\rRXA|0|1|20260302||03^MMR^CVX|0.5\r");
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = random.Next(10) == 0 ? new byte[random.Next(200)] : [.. start];
            if (bytes.Length < start.Length) random.NextBytes(bytes);
            for (var change = random.Next(6); change > 0 && bytes.Length > 0; change--)
            {
                var at = random.Next(bytes.Length);
                bytes = random.Next(4) switch
                {
                    0 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(9))..]],
                    1 => [.. bytes[..at], .. start.AsSpan(random.Next(start.Length)), .. bytes[at..]],
                    2 => [.. bytes[..at], "|^~\\&\r\n\"\u000B"u8[random.Next(9)], .. bytes[at..]],
                    _ => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
                };
            }

            try
            {
                if (Message.Read(bytes) is not { } message) continue;
                foreach (var segment in message.Segments)
                {
                    for (var field = 1; field < 30; field++)
                    {
                        foreach (var repetition in segment[field].Repetitions) _ = repetition[1, 2];
                        _ = segment[field][4];
                    }
                }

                var answer = Acknowledgement.Write(message, AcknowledgementCode.AE,
                    [new(Severity.Error, ErrorCode.DataType, message.Msh, 1, Encoding.Latin1.GetString(bytes))], "1", default);
                Assert.Equal("MSA", Message.Read(Encoding.UTF8.GetBytes(answer))!.Segments[1].Name);
            }
            catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException($"seed {seed}, round {round}: {Convert.ToBase64String(bytes)}", failure);
            }
        }
    }

    private static Message? Read(string text) => Message.Read(Encoding.UTF8.GetBytes(text));
}
