using System.IO.Pipelines;
using System.Text;
using Distribution.Platform.Web;

namespace Distribution.Platform.Tests;

public sealed class NdjsonTests
{
    [Fact]
    public async Task Who_stops_in_the_middle_leaves_the_body_fit_to_be_read_on()
    {
        var body = new Pipe();
        await body.Writer.WriteAsync("one\ntwo\nthree\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await foreach (var line in Ndjson.Lines(body.Reader, TestContext.Current.CancellationToken))
        {
            Assert.Equal("one", Encoding.UTF8.GetString(line.Bytes.Span));
            break;
        }

        var rest = await body.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.EndsWith("two\nthree\n", Encoding.UTF8.GetString(rest.Buffer), StringComparison.Ordinal);
    }
}
