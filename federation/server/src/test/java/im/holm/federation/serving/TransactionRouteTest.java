package im.holm.federation.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import im.holm.engine.InboundRooms;
import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.core.Membership;
import im.holm.platform.http.Method;
import im.holm.platform.http.Response;
import im.holm.platform.time.SettableTime;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.version.RoomVersion;
import im.holm.slice.EduType;
import im.holm.testnode.TestDatabase;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

class TransactionRouteTest {
    private static final ServerName PEER = ServerName.of("peer.example.org");
    private static final ServerName OTHER = ServerName.of("other.example.org");

    private static TestDatabase database;

    private final SettableTime time = new SettableTime(Instant.parse("2026-11-25T03:00:00Z"));
    private final Inbound inbound = new Inbound();
    private final List<String> typed = Collections.synchronizedList(new ArrayList<>());
    private final TransactionTable table = new TransactionTable(database.database(), time);
    private final Routes routes = new Routes(List.of(new TransactionRoute(
                    inbound,
                    new NoRooms(),
                    table,
                    () -> List.of(
                            new EduType("m.typing", (origin, content) -> {
                                typed.add(
                                        origin + " " + content.string("user_id").orElse("?"));
                                return EduType.Outcome.DONE;
                            }),
                            new EduType("m.bad", (_, _) -> {
                                throw new IllegalStateException("a handler that fails");
                            })))
            .route()));

    @BeforeAll
    static void open() {
        database = TestDatabase.with("federation");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void everyEventHasAResultAndARepeatGetsTheSameAnswerWithoutDoingAnything() {
        String body =
                transaction(pdu("!a:x", "$ok"), pdu("!a:x", "$rejected"), pdu("!b:x", "$soft"));

        Response first = send(PEER, "repeat", body);
        Response second = send(PEER, "repeat", body);

        JsonObject expected =
                Json.of("{'pdus':{'$ok':{},'$rejected':{'error':'not allowed'},'$soft':{}}}");
        assertThat(Routes.json(first)).isEqualTo(expected);
        assertThat(Routes.json(second)).isEqualTo(expected);
        assertThat(inbound.received).hasSize(3);
    }

    @Test
    void theSameIdOfAnotherServerIsAnotherTransaction() {
        send(PEER, "same", transaction(pdu("!a:x", "$ok")));
        send(OTHER, "same", transaction(pdu("!a:x", "$ok")));

        assertThat(inbound.received).hasSize(2);
    }

    @Test
    void concurrentRepeatsAreProcessedOnce() throws Exception {
        inbound.gate = new CountDownLatch(1);
        try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Response>> answers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                answers.add(workers.submit(
                        () -> send(PEER, "concurrent", transaction(pdu("!slow:x", "$ok")))));
            }
            inbound.arrived.await(5, TimeUnit.SECONDS);
            inbound.gate.countDown();
            for (Future<Response> answer : answers) {
                assertThat(Routes.json(answer.get())).isEqualTo(Json.of("{'pdus':{'$ok':{}}}"));
            }
        }

        assertThat(inbound.received).hasSize(1);
    }

    @Test
    void eventsOfARoomKeepTheirOrderAndASlowRoomHoldsUpNoOther() throws Exception {
        inbound.gate = new CountDownLatch(1);
        try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Response> answer = workers.submit(() -> send(
                    PEER,
                    "slow",
                    transaction(
                            pdu("!slow:x", "$1"),
                            pdu("!b:x", "$2"),
                            pdu("!slow:x", "$3"),
                            pdu("!b:x", "$4"))));
            inbound.arrived.await(5, TimeUnit.SECONDS);
            assertThatCode(() -> org.awaitility.Awaitility.await()
                            .until(() -> inbound.received.containsAll(List.of("$2", "$4"))))
                    .doesNotThrowAnyException();
            assertThat(inbound.received).doesNotContain("$3");
            inbound.gate.countDown();
            answer.get();
        }

        assertThat(inbound.received.indexOf("$1")).isLessThan(inbound.received.indexOf("$3"));
        assertThat(inbound.received.indexOf("$2")).isLessThan(inbound.received.indexOf("$4"));
    }

    @Test
    void anEventThatCannotBeStoredFailsTheTransactionSoThatItIsSentAgain() {
        String body = transaction(pdu("!a:x", "$unavailable"));
        assertThat(Routes.error(send(PEER, "again", body))).isEqualTo("503 M_UNKNOWN");

        inbound.available = true;
        assertThat(Routes.json(send(PEER, "again", body)))
                .isEqualTo(Json.of("{'pdus':{'$unavailable':{}}}"));
    }

    @Test
    void aBugInOneRoomIsNoAnswerOfSuccess() {
        assertThat(Routes.error(send(PEER, "bug", transaction(pdu("!a:x", "$bug")))))
                .isEqualTo("503 M_UNKNOWN");
    }

    @Test
    void ephemeralUnitsReachTheirHandlerOnceAndABadOneHarmsNoOther() {
        String body = "{\"pdus\":[],\"edus\":["
                + "{\"edu_type\":\"m.bad\",\"content\":{}},"
                + "{\"edu_type\":\"m.unknown\",\"content\":{}},"
                + "{\"edu_type\":\"m.typing\"},"
                + "{\"edu_type\":\"m.typing\",\"content\":{\"user_id\":\"@a:x\"}}]}";

        assertThat(Routes.json(send(PEER, "edus", body))).isEqualTo(Json.of("{'pdus':{}}"));
        send(PEER, "edus", body);

        assertThat(typed).containsExactly("peer.example.org @a:x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "",
                "[]",
                "{}",
                "{\"pdus\":{}}",
                "{\"pdus\":[1]}",
                "{\"pdus\":[],\"edus\":7}",
                "{\"pdus\":[],\"edus\":[\"x\"]}"
            })
    void aMalformedTransactionIsABadRequest(String body) {
        assertThat(Routes.error(send(PEER, "malformed", body))).startsWith("400 ");
    }

    @Test
    void moreEventsOrUnitsThanTheSpecificationAllowsAreABadRequest() {
        String pdus = "{},".repeat(51);
        String edus = "{},".repeat(101);

        assertThat(Routes.error(send(
                        PEER, "pdus", "{\"pdus\":[" + pdus.substring(0, pdus.length() - 1) + "]}")))
                .startsWith("400 ");
        assertThat(Routes.error(send(
                        PEER,
                        "edus",
                        "{\"pdus\":[],\"edus\":[" + edus.substring(0, edus.length() - 1) + "]}")))
                .startsWith("400 ");
        assertThat(inbound.received).isEmpty();
    }

    @Test
    void answersAreForgottenAfterADay() {
        send(PEER, "old", transaction(pdu("!a:x", "$ok")));
        time.advance(Duration.ofHours(25));
        table.prune();

        assertThat(table.answer(PEER, "old")).isEmpty();
    }

    private Response send(ServerName origin, String txnId, String body) {
        return routes.call(
                origin,
                Method.PUT,
                "/_matrix/federation/v1/send/{txnId}",
                Map.of("txnId", txnId),
                "",
                body);
    }

    private static String pdu(String room, String id) {
        return "{\"room_id\":\"" + room + "\",\"event_id\":\"" + id + "\"}";
    }

    private static String transaction(String... pdus) {
        return "{\"origin\":\"peer.example.org\",\"origin_server_ts\":1,\"pdus\":["
                + String.join(",", pdus) + "]}";
    }

    /// Answers by what an event calls itself.
    private static final class Inbound implements InboundRooms {
        final List<String> received = Collections.synchronizedList(new ArrayList<>());
        final CountDownLatch arrived = new CountDownLatch(1);
        volatile CountDownLatch gate = new CountDownLatch(0);
        volatile boolean available;

        @Override
        public ReceiveOutcome receive(ServerName origin, JsonObject pdu) {
            String name = pdu.string("event_id").orElseThrow();
            if (pdu.string("room_id").orElseThrow().equals("!slow:x")) {
                arrived.countDown();
                awaitGate();
            }
            received.add(name);
            return switch (name) {
                case "$rejected" -> new ReceiveOutcome.Rejected(EventId.of(name), "not allowed");
                case "$soft" -> new ReceiveOutcome.SoftFailed(EventId.of(name), "banned");
                case "$unavailable" ->
                    available
                            ? new ReceiveOutcome.Waiting(EventId.of(name))
                            : new ReceiveOutcome.Unavailable("no database");
                case "$bug" -> throw new IllegalStateException("a bug");
                case String _ -> new ReceiveOutcome.Accepted(EventId.of(name));
            };
        }

        private void awaitGate() {
            try {
                gate.await(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public Answer<Template> make(
                ServerName origin,
                RoomId room,
                UserId user,
                Membership membership,
                List<String> supported) {
            throw new AssertionError("not asked for");
        }

        @Override
        public Answer<Accepted> accept(
                ServerName origin,
                RoomId room,
                EventId eventId,
                Membership membership,
                JsonObject pdu) {
            throw new AssertionError("not asked for");
        }

        @Override
        public Answer<VerifiedPdu> invite(
                ServerName origin,
                RoomId room,
                RoomVersion version,
                JsonObject invite,
                List<JsonObject> strippedState) {
            throw new AssertionError("not asked for");
        }
    }

    private static final class NoRooms implements RoomReader {
        @Override
        public Optional<Explained> explain(EventId event) {
            return Optional.empty();
        }

        @Override
        public Optional<RoomView> room(RoomId room) {
            return Optional.empty();
        }

        @Override
        public Optional<RoomView> room(long roomNid) {
            return Optional.empty();
        }

        @Override
        public Optional<RoomView> roomOf(EventId event) {
            return Optional.empty();
        }
    }
}
