using System.ComponentModel;
using System.Text.Json;
using Distribution.Command.Calls;
using Spectre.Console.Cli;

namespace Distribution.Command.Access;

/// <summary>What a new key takes.</summary>
internal sealed class AddKeySettings : GiveSettings
{
    [CommandArgument(0, "<KEY>")]
    [Description("Names the key; never used again for another.")]
    public required string KeyId { get; init; }

    [CommandOption("--name <NAME>", true)]
    [Description("Whose it is: a device, a person, a system.")]
    public required string Name { get; init; }

    [CommandOption("--out <FILE>")]
    [Description("A new file for the key, which nobody else can read, in place of the screen.")]
    public string? Out { get; init; }
}

/// <summary><c>access keys add</c>: makes an access key, which is shown once.</summary>
internal sealed class AddKey : ApiCommand<AddKeySettings>
{
    private const string Shown = "key";

    /// <inheritdoc/>
    protected override async Task Run(Api api, AddKeySettings settings, Output output, CancellationToken cancel)
    {
        var body = settings.Body();
        body["keyId"] = settings.KeyId;
        body["name"] = settings.Name;
        // The file first: a key that cannot be kept is not to be made.
        var file = settings.Out is { } path ? KeyFile.Make(path) : null;
        var isKept = false;
        try
        {
            var made = await api.Send(HttpMethod.Post, "access/keys", body, cancel);
            if (!made.TryGetProperty(Shown, out var shown))
                throw new Failure(
                    $"The key {settings.KeyId} was made before, and is shown once: where nobody has it, end it and make another.");
            var key = shown.GetString()!;
            if (file is null)
            {
                output.Tell(made, key);
                Output.Note("This is the key. It is not shown again: keep it where nobody else reads.");
                return;
            }

            await using (var writer = new StreamWriter(file)) await writer.WriteLineAsync(key.AsMemory(), CancellationToken.None);
            isKept = true;
            output.Tell(Without(made), $"The key {settings.KeyId} is in {settings.Out}, which you alone can read.");
        }
        finally
        {
            if (file is not null)
            {
                await file.DisposeAsync();
                if (!isKept) File.Delete(file.Name);
            }
        }
    }

    // It is in its file, and what a script prints often goes to a log.
    private static JsonElement Without(JsonElement made) => JsonSerializer.SerializeToElement(made.EnumerateObject()
        .Where(property => property.Name != Shown).ToDictionary(property => property.Name, property => property.Value));
}
