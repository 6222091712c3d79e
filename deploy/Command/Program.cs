using Distribution.Command.Access;
using Distribution.Command.Calls;
using Distribution.Command.Import;
using Spectre.Console.Cli;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
var app = new CommandApp();
app.Configure(config =>
{
    config.SetApplicationName(Failure.Program);
    config.UseAssemblyInformationalVersion();
    config.UseStrictParsing();
    config.SetExceptionHandler((failure, _) => Failure.Tell(failure));
    AccessCommands.Add(config);
    config.AddCommand<ImportFile>("import")
        .WithDescription("Sends a sheet (CSV, xlsx): each line once, however often it is sent. Exit code 3: some lines were not taken.")
        .WithExample("import", "march.xlsx", "--map", "clinic-monthly", "--dry-run")
        .WithExample("import", "places.csv", "--as", "facilities");
});
return await app.RunAsync(args, stop.Token);
