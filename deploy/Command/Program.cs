using Distribution.Command.Access;
using Distribution.Command.Calls;
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
});
return await app.RunAsync(args, stop.Token);
