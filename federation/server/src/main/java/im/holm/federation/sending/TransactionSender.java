package im.holm.federation.sending;

import im.holm.federation.call.Call;
import im.holm.federation.call.CallOutcome;
import im.holm.federation.call.ServerCalls;
import im.holm.federation.call.ServerHealth;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonWriter;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Makes transactions and sends them.
final class TransactionSender {
    static final int PDUS_MAX = 50;
    static final int EDUS_MAX = 100;

    private static final Logger LOG = LoggerFactory.getLogger(TransactionSender.class);
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final long ANSWER_MAX_BYTES = 1L << 20;

    private final ServerName ourselves;
    private final ServerCalls calls;
    private final ServerHealth health;
    private final InstantSource time;
    private final OutgoingEvents events;
    private final SenderMetrics metrics;

    /// Transaction ids: when this run began, and a count. Never used again after a restart.
    private final String run;

    private final AtomicLong count = new AtomicLong();

    TransactionSender(
            ServerName ourselves,
            ServerCalls calls,
            ServerHealth health,
            InstantSource time,
            OutgoingEvents events,
            SenderMetrics metrics) {
        this.metrics = metrics;
        this.ourselves = ourselves;
        this.calls = calls;
        this.health = health;
        this.time = time;
        this.events = events;
        this.run = Long.toString(time.millis(), 36);
    }

    /// A transaction as it is sent, as often as it has to be.
    ///
    /// @param pdus how many events are in it
    record Transaction(ServerName to, String txnId, byte[] body, int pdus) {}

    enum Result {
        DELIVERED,
        /// Not now: [ServerHealth] says when to try again.
        FAILED,
        /// The server will not take it however often it is sent.
        REFUSED
    }

    Transaction transaction(ServerName to, List<QueuedEvent> queued, List<Edu> edus) {
        List<byte[]> pdus = new ArrayList<>(queued.size());
        for (QueuedEvent event : queued) {
            events.event(event)
                    .map(VerifiedPdu::pdu)
                    .ifPresent(pdu -> pdus.add(pdu.canonicalBytes()));
        }
        List<byte[]> units = edus.stream().map(Edu::canonicalBytes).toList();
        String txnId = run + "-" + count.incrementAndGet();
        return new Transaction(to, txnId, body(pdus, units), pdus.size());
    }

    /// Canonical JSON: the keys stand in its order, and every part is canonical.
    private byte[] body(List<byte[]> pdus, List<byte[]> edus) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        ascii(out, "{");
        if (!edus.isEmpty()) {
            array(out, "edus", edus);
            ascii(out, ",");
        }
        ascii(out, "\"origin\":");
        out.writeBytes(JsonWriter.write(new JsonString(ourselves.text())));
        ascii(out, ",\"origin_server_ts\":" + time.millis() + ",");
        array(out, "pdus", pdus);
        ascii(out, "}");
        return out.toByteArray();
    }

    Result send(Transaction transaction) {
        long startNanos = System.nanoTime();
        Result result = attempt(transaction);
        metrics.sent(result, System.nanoTime() - startNanos, transaction.pdus());
        return result;
    }

    private Result attempt(Transaction transaction) {
        CallOutcome outcome = calls.call(Call.putCanonical(
                        transaction.to(),
                        "/_matrix/federation/v1/send/" + Call.encoded(transaction.txnId()),
                        transaction.body())
                .within(DEADLINE)
                .answeredInAtMost(ANSWER_MAX_BYTES)
                .inBackground());
        return switch (outcome) {
            case CallOutcome.Answered(JsonObject body) -> {
                logFailures(transaction, body);
                yield Result.DELIVERED;
            }
            case CallOutcome.Declined declined -> declined(transaction, declined);
            case CallOutcome.Failed(String reason) -> {
                LOG.debug("Transaction to {} failed: {}", transaction.to(), reason);
                yield Result.FAILED;
            }
        };
    }

    private Result declined(Transaction transaction, CallOutcome.Declined declined) {
        LOG.warn("{} declined a transaction: {}", transaction.to(), declined.reason());
        health.failed(transaction.to(), 0);
        boolean forGood = declined.status() == 400 || declined.status() == 413;
        return forGood ? Result.REFUSED : Result.FAILED;
    }

    private static void logFailures(Transaction transaction, JsonObject answer) {
        JsonObject pdus = answer.object("pdus").orElse(JsonObject.EMPTY);
        pdus.forEach((id, result) -> {
            if (result instanceof JsonObject object && object.has("error")) {
                LOG.info(
                        "{} did not take {}: {}",
                        transaction.to(),
                        id,
                        object.string("error").orElse("no reason given"));
            }
        });
    }

    private static void array(ByteArrayOutputStream out, String key, List<byte[]> items) {
        ascii(out, "\"" + key + "\":[");
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            out.writeBytes(items.get(i));
        }
        ascii(out, "]");
    }

    private static void ascii(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
