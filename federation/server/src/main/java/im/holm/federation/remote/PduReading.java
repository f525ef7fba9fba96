package im.holm.federation.remote;

import im.holm.engine.port.RemoteRooms.Verification;
import im.holm.federation.keys.ServerKeys;
import im.holm.protocol.event.ParsedPdu;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.Redaction;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.receipt.Receipt;
import im.holm.protocol.signing.EventVerification;
import im.holm.protocol.signing.JsonSigning;
import im.holm.protocol.signing.SignatureCheck;
import im.holm.protocol.version.RoomVersion;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/// Takes events out of an answer: those of the room that are well formed and whose signatures hold.
final class PduReading {
    private static final Logger LOG = LoggerFactory.getLogger(PduReading.class);

    /// Below this many events one thread checks them all.
    private static final int PARALLEL_MIN = 16;

    private static final int SIGNATURES_MAX = 10;

    private final ServerKeys keys;

    PduReading(ServerKeys keys) {
        this.keys = keys;
    }

    /// In the order of the answer, each event once.
    ///
    /// @param keysWithin how long fetching unknown servers' keys may take altogether
    List<VerifiedPdu> verified(
            List<JsonObject> events, RoomId room, RoomVersion version, Duration keysWithin) {
        Map<EventId, Pdu> pdus = new LinkedHashMap<>();
        for (JsonObject event : events) {
            switch (Receipt.form(version, event)) {
                case ParsedPdu.WellFormed(Pdu pdu) -> {
                    if (pdu.roomId().equals(room)) {
                        pdus.putIfAbsent(pdu.eventId(), pdu);
                    }
                }
                case ParsedPdu.Malformed(String reason) ->
                    LOG.debug("Dropped a malformed event of {}: {}", room, reason);
            }
        }
        List<Pdu> wellFormed = List.copyOf(pdus.values());
        Set<ServerName> signers = new LinkedHashSet<>();
        wellFormed.forEach(pdu -> signers.addAll(EventVerification.requiredSigners(pdu)));
        keys.prefetch(signers, keysWithin);
        return check(wellFormed);
    }

    Optional<VerifiedPdu> verified(JsonObject event, RoomId room, RoomVersion version) {
        return verified(List.of(event), room, version, Duration.ofSeconds(10)).stream()
                .findFirst();
    }

    /// An event of ours once another server has signed it too: the same event, and the
    /// signature good.
    Optional<VerifiedPdu> signedBy(ServerName server, JsonObject event, Pdu ours) {
        if (!(PduParser.parse(ours.version(), event) instanceof ParsedPdu.WellFormed(Pdu pdu))
                || !pdu.eventId().equals(ours.eventId())) {
            return Optional.empty();
        }
        JsonObject redacted = Redaction.redact(ours.version(), event);
        JsonObject signatures = event.object("signatures")
                .flatMap(all -> all.object(server.text()))
                .orElse(JsonObject.EMPTY);
        boolean good = signatures.keys().stream()
                .limit(SIGNATURES_MAX)
                .flatMap(id -> KeyId.parse(id).filter(KeyId::isEd25519).stream())
                .anyMatch(id -> keys.key(server, id, ours.originServerTs())
                        .filter(key -> JsonSigning.verify(redacted, server, id, key.bytes()))
                        .isPresent());
        return good ? Optional.of(new VerifiedPdu(pdu)) : Optional.empty();
    }

    Verification verify(Pdu pdu) {
        return switch (Receipt.signaturesAndHash(pdu, keys)) {
            case SignatureCheck.Verified(VerifiedPdu event, boolean _) ->
                new Verification.Good(event);
            case SignatureCheck.BadSignature(String reason) -> new Verification.Bad(reason);
            case SignatureCheck.KeyUnavailable(ServerName server, var keyId) ->
                new Verification.KeyUnavailable("no key " + keyId + " of " + server);
        };
    }

    private List<VerifiedPdu> check(List<Pdu> pdus) {
        VerifiedPdu[] good = new VerifiedPdu[pdus.size()];
        int workers = pdus.size() < PARALLEL_MIN ? 1 : Runtime.getRuntime().availableProcessors();
        if (workers == 1) {
            check(pdus, good, 0, 1);
            return present(good);
        }
        CountDownLatch left = new CountDownLatch(workers);
        for (int worker = 0; worker < workers; worker++) {
            int first = worker;
            Thread.ofVirtual().name("check-events").start(() -> {
                try {
                    check(pdus, good, first, workers);
                } finally {
                    left.countDown();
                }
            });
        }
        try {
            left.await();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return List.of();
        }
        return present(good);
    }

    private void check(List<Pdu> pdus, VerifiedPdu[] good, int first, int step) {
        for (int i = first; i < good.length; i += step) {
            switch (verify(pdus.get(i))) {
                case Verification.Good(VerifiedPdu event) -> good[i] = event;
                case Verification.Bad(String reason) ->
                    LOG.info("Dropped {}: {}", pdus.get(i), reason);
                case Verification.KeyUnavailable(String reason) ->
                    LOG.info("Dropped {}: {}", pdus.get(i), reason);
            }
        }
    }

    private static List<VerifiedPdu> present(VerifiedPdu[] good) {
        return new ArrayList<>(Arrays.stream(good).filter(Objects::nonNull).toList());
    }
}
