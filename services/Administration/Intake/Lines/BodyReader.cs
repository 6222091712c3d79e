using System.Text.Json;

namespace Distribution.Administration.Intake.Lines;

/// <summary>A JSON reader that can be led past lines that are read without it.</summary>
internal ref struct BodyReader(ReadOnlySpan<byte> body)
{
    /// <summary>The reader. Its positions are those in <see cref="Bytes"/>.</summary>
    public Utf8JsonReader Json = new(body);

    private int _passed;

    /// <summary>The bytes that it reads.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; } = body;

    /// <summary>The bytes from the token on that it is at.</summary>
    public readonly ReadOnlySpan<byte> FromHere => Bytes[(int)Json.TokenStartIndex..];

    /// <summary>Reads the next line of an array, without the reader, when it is written like the one before. To be
    /// called after an object of the array. The reader stays behind until <see cref="Resume"/>.</summary>
    /// <param name="parser">What reads the line.</param>
    /// <param name="line">The line.</param>
    public bool TryReadAlike(LineParser parser, out ReadOnlySpan<byte> line)
    {
        var rest = Bytes[((int)Json.BytesConsumed + _passed)..];
        var start = AfterSpace(rest, 0);
        line = default;
        if (start == rest.Length || rest[start] != ',') return false;
        start = AfterSpace(rest, start + 1);
        if (!parser.TryReadAlike(rest[start..], out var length)) return false;
        line = rest.Slice(start, length);
        _passed += start + length;
        return true;
    }

    /// <summary>Lets the reader go on after the lines that were read without it.</summary>
    /// <remarks>After an object of an array its state is the same after any other, but for the line and byte that it
    /// counts for its errors.</remarks>
    public void Resume()
    {
        if (_passed == 0) return;
        Bytes = Bytes[((int)Json.BytesConsumed + _passed)..];
        Json = new Utf8JsonReader(Bytes, isFinalBlock: true, Json.CurrentState);
        _passed = 0;
    }

    private static int AfterSpace(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
        return at;
    }
}
