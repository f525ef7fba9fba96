package im.holm.engine;

import im.holm.protocol.id.ServerName;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// Servers in one process, with a clock that moves a millisecond at each look.
final class TestNetwork {

    private static final long START_MS = Instant.parse("2026-11-25T00:00:00Z").toEpochMilli();

    final Map<ServerName, TestServer> servers = new LinkedHashMap<>();
    private long nowMs = START_MS;

    final InstantSource time = () -> Instant.ofEpochMilli(++nowMs);

    TestServer server(String name) {
        var server = new TestServer(this, ServerName.of(name));
        servers.put(ServerName.of(name), server);
        return server;
    }
}
