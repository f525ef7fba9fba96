package im.holm.engine.sim;

import im.holm.engine.port.RemoteRooms.Verification;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.signing.EventVerification;
import im.holm.protocol.signing.KeyRing;
import im.holm.protocol.signing.SignatureCheck;
import im.holm.protocol.signing.VerifyKey;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who can reach whom, and everybody's keys.
final class SimNetwork implements KeyRing {

    final Map<ServerName, SimServer> servers = new LinkedHashMap<>();
    private final Set<Set<ServerName>> cut = new HashSet<>();
    /// Equal bytes have equal signatures: they are checked once, whoever receives them.
    private final Map<ByteBuffer, SignatureCheck> checked = new HashMap<>();
    private final Faults faults;

    SimNetwork(Faults faults) {
        this.faults = faults;
    }

    void add(SimServer server) {
        servers.put(server.name, server);
    }

    void cut(ServerName one, ServerName other) {
        cut.add(Set.of(one, other));
    }

    void heal() {
        cut.clear();
    }

    boolean connects(ServerName from, ServerName to) {
        return !cut.contains(Set.of(from, to));
    }

    /// The server, if a request gets there.
    Optional<SimServer> reach(ServerName from, ServerName to) {
        return connects(from, to) && !faults.loses()
                ? Optional.ofNullable(servers.get(to)).filter(SimServer::isUp)
                : Optional.empty();
    }

    boolean losesAnswer() {
        return faults.loses();
    }

    Verification verify(Pdu pdu) {
        var bytes = ByteBuffer.wrap(CanonicalJson.write(pdu.json()));
        SignatureCheck check =
                checked.computeIfAbsent(bytes, fresh -> EventVerification.verify(pdu, this));
        return switch (check) {
            case SignatureCheck.Verified(var event, boolean redacted) ->
                new Verification.Good(event);
            case SignatureCheck.BadSignature(String reason) -> new Verification.Bad(reason);
            case SignatureCheck.KeyUnavailable(var server, var key) ->
                new Verification.KeyUnavailable("no key of " + server);
        };
    }

    @Override
    public Optional<VerifyKey> key(ServerName server, KeyId keyId, long atMillis) {
        return Optional.ofNullable(servers.get(server))
                .filter(known -> known.signer.keyId().equals(keyId))
                .map(known ->
                        new VerifyKey(known.signer.publicKey(), atMillis + 86_400_000L, false));
    }
}
