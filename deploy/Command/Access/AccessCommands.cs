using Spectre.Console.Cli;

namespace Distribution.Command.Access;

/// <summary><c>access</c>: who may do what, where and why; and changes it.</summary>
internal static class AccessCommands
{
    /// <summary>Adds them to the program.</summary>
    public static void Add(IConfigurator config) => config.AddBranch("access", access =>
    {
        access.SetDescription("Who may do what, where and why; and changes it.");
        access.AddBranch("keys", keys =>
        {
            keys.SetDescription("The access keys of devices, systems and people: those that hold, where nothing else is said.");
            keys.SetDefaultCommand<ListKeys>();
            keys.AddCommand<ListKeys>("list").WithDescription("Lists access keys, with when each was used last.")
                .WithExample("access", "keys", "list", "--all");
            keys.AddCommand<AddKey>("add").WithDescription("Makes an access key, which is shown once.")
                .WithExample("access", "keys", "add", "harbour-tablet", "--name", "\"Harbour clinic, tablet\"", "--role", "clinic",
                    "--place", "ATL-1", "--out", "harbour.key");
            keys.AddCommand<EndKey>("end").WithDescription("Ends an access key at once, as when a device is lost.")
                .WithExample("access", "keys", "end", "harbour-tablet", "--reason", "\"it was stolen\"");
        });
        access.AddBranch("grants", grants =>
        {
            grants.SetDescription("What people have been granted who sign in elsewhere: what holds, where nothing else is said.");
            grants.SetDefaultCommand<ListGrants>();
            grants.AddCommand<ListGrants>("list").WithDescription("Lists grants.").WithExample("access", "grants", "list", "--json");
            grants.AddCommand<AddGrant>("add").WithDescription("Gives a person, or all of a group, a role at a place.")
                .WithExample("access", "grants", "add", "rossi-harbour", "--caller", "\"https://login.example.org|4711\"", "--role",
                    "logistics", "--place", "ATL-1", "--reason", "\"runs the harbour store\"");
            grants.AddCommand<EndGrant>("end").WithDescription("Ends a grant at once, as when a person has other work.")
                .WithExample("access", "grants", "end", "rossi-harbour", "--reason", "\"has left\"");
        });
        access.AddBranch("shares", shares =>
        {
            shares.SetDescription("What countries let their allies see: what holds, where nothing else is said.");
            shares.SetDefaultCommand<ListShares>();
            shares.AddCommand<ListShares>("list").WithDescription("Lists shares, with when each was used last.")
                .WithExample("access", "shares", "list");
            shares.AddCommand<EndShare>("end").WithDescription("Ends a share at once; the ally reads the reason.")
                .WithExample("access", "shares", "end", "atl-bor", "--reason", "\"the campaign is over\"");
        });
        access.AddCommand<Who>("who").WithDescription("Who may do what at a place, and why.").WithExample("access", "who", "ATL-1")
            .WithExample("access", "who", "ATL-1", "--right", "stock.write");
        access.AddCommand<Me>("me").WithDescription("Who you are to the system, and what you may do where.")
            .WithExample("access", "me", "--key-file", "harbour.key");
    });
}
