using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Distribution.Platform.Storage;
using Distribution.Storage.MongoDb;
using MongoDB.Bson;

namespace Distribution.Storage.Tests;

public sealed class MongoServerTests
{
    [Fact]
    public async Task A_server_without_transactions_is_refused_at_the_start()
    {
        using var server = new StandaloneServer();
        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => MongoStore.Open(server.Connection, "store", TimeProvider.System));
        Assert.Contains("neither a member of a replica set nor the router of a sharded cluster", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_at_the_start()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var address = nobody.LocalEndpoint;
        nobody.Stop();
        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => MongoStore.Open($"mongodb://{address}/d?serverSelectionTimeoutMS=300", "store", TimeProvider.System));
        Assert.Contains("store cannot be opened", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Says of itself, to whatever it is asked, what a server of its own says.</summary>
    private sealed class StandaloneServer : IDisposable
    {
        private const int HeaderLength = 16;
        private const int OpQuery = 2004;
        private const int OpReply = 1;
        private const int OpMessage = 2013;
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public StandaloneServer()
        {
            _listener.Start();
            _ = Accept();
        }

        public string Connection => $"mongodb://{_listener.LocalEndpoint}/d";

        public void Dispose() => _listener.Dispose();

        private async Task Accept()
        {
            try
            {
                while (true) _ = Serve(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
            }
        }

        private static async Task Serve(TcpClient client)
        {
            using var connection = client;
            await using var stream = client.GetStream();
            var header = new byte[HeaderLength];
            try
            {
                while (await stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false) == HeaderLength)
                {
                    await stream.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32LittleEndian(header) - HeaderLength]);
                    await stream.WriteAsync(Reply(header));
                }
            }
            catch (IOException)
            {
                // The client has gone.
            }
        }

        private static byte[] Reply(ReadOnlySpan<byte> header)
        {
            var self = new BsonDocument
            {
                { "ismaster", true }, { "isWritablePrimary", true }, { "helloOk", true }, { "maxBsonObjectSize", 16_777_216 },
                { "maxMessageSizeBytes", 48_000_000 }, { "maxWriteBatchSize", 100_000 }, { "logicalSessionTimeoutMinutes", 30 },
                { "minWireVersion", 0 }, { "maxWireVersion", 21 }, { "readOnly", false }, { "ok", 1.0 },
            }.ToBson();
            var asked = BinaryPrimitives.ReadInt32LittleEndian(header[12..]) == OpQuery;
            // A reply has flags, a cursor's id, a start and a count before the document; a message has flags and the kind of its section.
            var before = asked ? 20 : 5;
            var reply = new byte[HeaderLength + before + self.Length];
            BinaryPrimitives.WriteInt32LittleEndian(reply, reply.Length);
            header.Slice(4, 4).CopyTo(reply.AsSpan(8));
            BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(12), asked ? OpReply : OpMessage);
            if (asked) BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(HeaderLength + 16), 1);
            self.CopyTo(reply.AsSpan(HeaderLength + before));
            return reply;
        }
    }
}
