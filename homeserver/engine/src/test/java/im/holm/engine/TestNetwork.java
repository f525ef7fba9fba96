package im.holm.engine;

import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.signing.KeyRing;
import im.holm.protocol.signing.VerifyKey;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Servers in one process, with a clock that moves a millisecond at each look. Between them whole
/// events travel as JSON; a link that is cut loses what is sent over it.
final class TestNetwork implements KeyRing {

    private static final long START_MS = Instant.parse("2026-11-25T00:00:00Z").toEpochMilli();

    final Map<ServerName, TestServer> servers = new LinkedHashMap<>();
    private final Set<Set<ServerName>> cut = new HashSet<>();
    private long nowMs = START_MS;

    final InstantSource time = this::tick;

    private synchronized Instant tick() {
        return Instant.ofEpochMilli(++nowMs);
    }

    TestServer server(String name) {
        var server = new TestServer(this, ServerName.of(name));
        servers.put(ServerName.of(name), server);
        return server;
    }

    void cut(TestServer one, TestServer other) {
        cut.add(Set.of(one.name, other.name));
    }

    void heal() {
        cut.clear();
    }

    /// The server, if it can be reached.
    Optional<TestServer> reach(ServerName from, ServerName to) {
        return cut.contains(Set.of(from, to))
                ? Optional.empty()
                : Optional.ofNullable(servers.get(to));
    }

    /// Sends what every server has committed since the last time, until nothing is left to
    /// send.
    void deliver() {
        boolean sent = true;
        while (sent) {
            sent = false;
            for (TestServer server : servers.values()) {
                sent |= server.sendNews();
            }
        }
    }

    @Override
    public Optional<VerifyKey> key(ServerName server, KeyId keyId, long atMillis) {
        return Optional.ofNullable(servers.get(server))
                .map(known ->
                        new VerifyKey(known.signer.publicKey(), atMillis + 86_400_000L, false));
    }
}
