using Npgsql;
using NpgsqlTypes;

namespace Distribution.Load.Postgres;

/// <summary>What the hand-written endpoints have in common.</summary>
internal static class PostgresCommands
{
    /// <summary>Adds a parameter that holds a column.</summary>
    public static void Add<T>(this NpgsqlCommand command, NpgsqlDbType type, List<T> column) =>
        command.Parameters.Add(new NpgsqlParameter<List<T>> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = column });

    /// <summary>Adds a parameter that holds one value.</summary>
    public static void Add<T>(this NpgsqlCommand command, T value) => command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });

    /// <summary>Answers queries of one number each, all as of the same moment.</summary>
    public static async Task<long[]> Numbers(this NpgsqlDataSource database, params string[] queries)
    {
        await using var ask = database.CreateCommand($"SELECT ARRAY[{string.Join(", ", queries.Select(query => $"({query})"))}]");
        return (long[])(await ask.ExecuteScalarAsync())!;
    }
}
