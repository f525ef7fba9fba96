package im.holm.federation.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.holm.federation.Internet;
import im.holm.federation.Peer;
import im.holm.federation.call.ServerCalls;
import im.holm.federation.call.ServerHealth;
import im.holm.federation.call.Transport;
import im.holm.federation.discovery.Discovery;
import im.holm.journal.JournalEntry;
import im.holm.journal.Vector;
import im.holm.platform.egress.EgressOutcome;
import im.holm.platform.egress.EgressRequest;
import im.holm.platform.http.Headers;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.sketch.Json;
import im.holm.testnode.TestDatabase;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

class SenderTest {
    private static final String ALICE = "@alice:us.example.org";
    private static final String TABLES = "federation_checkpoint, destination, relayed_event";
    private static final String SEND = "/_matrix/federation/v1/send/";

    private static TestDatabase database;

    private final InstantSource time = InstantSource.system();
    private final Internet internet = new Internet();
    private final Peer us = new Peer("us.example.org");
    private final Peer peer = new Peer("peer.example.org:1").on(internet, Long.MAX_VALUE);
    private final FakeRooms rooms = new FakeRooms();
    private final SenderTable table = new SenderTable(database.database(), time);
    private final RelayedEvents relayed = new RelayedEvents(table);
    private final List<ServerName> acquaintances = new ArrayList<>();
    private final List<JsonObject> transactions = new CopyOnWriteArrayList<>();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private ServerHealth health;
    private Sender sender = start();

    {
        peer.answer(SEND, this::take);
        rooms.room(1, ALICE, Set.of(peer.name(), us.name()));
    }

    @BeforeAll
    static void open() {
        database = TestDatabase.with("federation");
    }

    @AfterEach
    void stop() {
        sender.close();
        database.database().useTransaction(handle -> handle.execute("TRUNCATE " + TABLES));
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void anEventOfOursIsSentAtOnceAsItIsStored() {
        JournalEntry entry = rooms.message(1, ALICE, "hello");
        deliver(entry);

        await().until(() -> transactions.size() == 1);
        JsonObject transaction = transactions.getFirst();
        assertThat(transaction.string("origin")).contains("us.example.org");
        assertThat(pdus(transaction))
                .containsExactly(rooms.event(1, (int) entry.fact().ref())
                        .orElseThrow()
                        .pdu()
                        .json());
        assertThat(transaction.has("edus")).isFalse();
        EgressRequest request = internet.requests(SEND).getFirst();
        assertThat(request.method()).isEqualTo("PUT");
        assertThat(request.body()).isEqualTo(CanonicalJson.write(transaction));
    }

    @Test
    void eventsOfOthersAreNotSentUnlessTheyCameInThroughUs() {
        Peer third = new Peer("third.example.org:1").on(internet, Long.MAX_VALUE);
        third.answer(SEND, this::take);
        rooms.room(2, "@carol:third.example.org:1", Set.of(peer.name(), third.name()));
        deliver(rooms.message(2, "@carol:third.example.org:1", "not ours"));
        JournalEntry join = rooms.join(2, "@dave:third.example.org:1");
        relayed.expect(
                rooms.event(2, (int) join.fact().ref()).orElseThrow().eventId(), third.name());
        deliver(join);

        await().until(() -> transactions.size() == 1);
        assertThat(pdus(transactions.getFirst())).hasSize(1);
        assertThat(internet.requests(SEND))
                .extracting(EgressRequest::destination)
                .containsExactly("peer.example.org:1");
    }

    @Test
    void aServerWithdrawsOnlyWhatItHandedInItself() {
        Peer third = new Peer("third.example.org:1").on(internet, Long.MAX_VALUE);
        rooms.room(2, "@carol:third.example.org:1", Set.of(peer.name(), third.name()));
        JournalEntry join = rooms.join(2, "@dave:third.example.org:1");
        var id = rooms.event(2, (int) join.fact().ref()).orElseThrow().eventId();
        relayed.expect(id, third.name());
        relayed.expect(id, peer.name());
        relayed.withdraw(id, peer.name());
        assertThat(relayed.originOf(id)).contains(third.name());
        assertThat(new RelayedEvents(new SenderTable(database.database(), time)).originOf(id))
                .contains(third.name());
        relayed.withdraw(id, third.name());
        assertThat(relayed.originOf(id)).isEmpty();
    }

    @Test
    void manyEventsGoInOrderFiftyAtMostInATransaction() {
        List<JournalEntry> entries = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            entries.add(rooms.message(1, ALICE, "message " + i));
        }
        deliver(entries.toArray(JournalEntry[]::new));

        await().until(() -> bodies().size() == 120);
        assertThat(bodies()).isEqualTo(bodiesUpTo(120));
        assertThat(transactions).allMatch(each -> pdus(each).size() <= 50);
    }

    @Test
    void eventsThatTrickleInAreSentOnceAndInOrder() {
        for (int i = 0; i < 500; i++) {
            deliver(rooms.message(1, ALICE, "message " + i));
            if (i % 3 == 0) {
                Thread.yield();
            }
            if (i % 50 == 0) {
                int sent = i;
                await().until(() -> bodies().contains("message " + sent));
            }
        }

        await().until(() -> bodies().size() >= 500);
        assertThat(bodies()).isEqualTo(bodiesUpTo(500));
    }

    @Test
    void ephemeralUnitsAreCoalescedByTheirKeyWhileTheyWait() {
        internet.noSite("peer.example.org:1");
        for (int i = 0; i < 5; i++) {
            sender.send("m.typing", Json.of("{'n':" + i + "}"), "room1", Set.of(peer.name()));
        }
        sender.send("m.typing", Json.of("{'n':'other'}"), "room2", Set.of(peer.name(), us.name()));
        peer.on(internet, Long.MAX_VALUE).answer(SEND, this::take);

        await().until(() -> units().size() >= 2);
        assertThat(units()).contains(Json.of("{'content':{'n':4},'edu_type':'m.typing'}"));
        assertThat(units()).contains(Json.of("{'content':{'n':'other'},'edu_type':'m.typing'}"));
        assertThat(units()).doesNotContain(Json.of("{'content':{'n':3},'edu_type':'m.typing'}"));
        assertThat(internet.requests(SEND)).allMatch(each -> !each.destination().startsWith("us"));
    }

    @Test
    void aTransactionThatFailedIsSentAgainUnderTheSameIdBeforeAnyOther() {
        List<EgressRequest> failed = new CopyOnWriteArrayList<>();
        peer.answer(SEND, request -> {
            failed.add(request);
            return Internet.json(500, "{}", Headers.empty());
        });
        deliver(rooms.message(1, ALICE, "first"));
        await().until(() -> failed.size() == 1);
        deliver(rooms.message(1, ALICE, "second"));
        peer.answer(SEND, this::take);

        await().until(() -> bodies().size() == 2);
        EgressRequest again = internet.requests(SEND).get(failed.size());
        assertThat(again.path()).isEqualTo(failed.getFirst().path());
        assertThat(again.body()).isEqualTo(failed.getFirst().body());
        assertThat(bodies()).containsExactly("first", "second");
    }

    @Test
    void aServerThatMakesARequestOfItsOwnIsSentToAtOnce() {
        internet.noSite("peer.example.org:1");
        deliver(rooms.message(1, ALICE, "hello"));
        await().until(() -> health.trouble(peer.name()).isPresent());
        health.failed(peer.name(), 60_000);
        health.restore(
                peer.name(),
                new ServerHealth.Trouble(9, time.millis(), time.millis() + 60_000, time.millis()));
        peer.on(internet, Long.MAX_VALUE).answer(SEND, this::take);
        health.succeeded(peer.name());

        await().until(() -> bodies().equals(List.of("hello")));
    }

    @Test
    void aTransactionThatIsRefusedForGoodDoesNotHoldUpTheNextForEver() {
        peer.answer(
                SEND,
                request -> Peer.body(request).toString().contains("poison")
                        ? Internet.json(400, "{\"errcode\":\"M_BAD_JSON\"}", Headers.empty())
                        : take(request));
        deliver(rooms.message(1, ALICE, "poison"));
        await().until(() -> !internet.requests(SEND).isEmpty());
        deliver(rooms.message(1, ALICE, "good"));

        await().until(() -> {
            health.succeeded(peer.name());
            return bodies().contains("good");
        });
        assertThat(bodies()).containsExactly("good");
    }

    @Test
    void whatWasOwedWhenTheNodeStoppedIsSentAfterItsStart() {
        internet.noSite("peer.example.org:1");
        deliver(rooms.message(1, ALICE, "one"), rooms.message(1, ALICE, "two"));
        await().until(() -> health.trouble(peer.name()).isPresent());
        sender.close();
        peer.on(internet, Long.MAX_VALUE).answer(SEND, this::take);
        sender = start();
        sender.resume();
        health.succeeded(peer.name());

        await().until(() -> bodies().size() == 2);
        assertThat(bodies()).containsExactly("one", "two");
        deliver(rooms.message(1, ALICE, "three"));
        await().until(() -> bodies().size() == 3);
        await().until(() -> {
            sender.flush();
            return table.destinations().isEmpty();
        });
    }

    @Test
    void whatWasCommittedButNotHandedOverBeforeACrashIsSentAfterTheStart() {
        deliver(rooms.message(1, ALICE, "before"));
        await().until(() -> bodies().size() == 1);
        sender.flush();
        Sender crashed = sender;
        rooms.message(1, ALICE, "committed, not handed over");
        sender = start();
        sender.resume();

        await().until(() -> bodies().size() == 2);
        assertThat(bodies()).containsExactly("before", "committed, not handed over");
        assertThat(crashed).isNotSameAs(sender);
    }

    @Test
    void serversThatWeKnowAreToldAfterAStartThatWeAreUpAgain() {
        acquaintances.add(peer.name());
        sender.greet();

        await().until(() -> transactions.size() == 1);
        assertThat(pdus(transactions.getFirst())).isEmpty();
        deliver(rooms.message(1, ALICE, "hello"));
        await().until(() -> bodies().equals(List.of("hello")));
        assertThat(transactions).hasSize(2);
    }

    @Test
    void aFollowerThatHandsOverAgainWhatWasSeenCausesNoSecondSending() {
        JournalEntry entry = rooms.message(1, ALICE, "once");
        deliver(entry);
        deliver(entry);
        deliver(rooms.message(1, ALICE, "twice"));

        await().until(() -> bodies().size() == 2);
        assertThat(bodies()).containsExactly("once", "twice");
    }

    @Test
    void aLongAbsenceBringsTheNewestEventOfEachRoomFirst() throws InterruptedException {
        rooms.room(2, ALICE, Set.of(peer.name()));
        Vector from = rooms.visible();
        for (int i = 0; i < 30; i++) {
            rooms.message(1, ALICE, "one " + i);
            rooms.message(2, ALICE, "two " + i);
        }
        var outgoing = new OutgoingEvents(us.name(), rooms, relayed);
        CatchUp catchUp = new CatchUp(rooms, outgoing, 20);
        List<QueuedEvent> sent = new ArrayList<>();

        boolean done = catchUp.run(peer.name(), from, rooms.visible(), sent::addAll, _ -> {});

        assertThat(done).isTrue();
        assertThat(sent.stream()
                        .map(outgoing::event)
                        .map(event -> event.orElseThrow()
                                .pdu()
                                .content()
                                .string("body")
                                .orElse("")))
                .containsExactlyInAnyOrder("one 29", "two 29");
    }

    @Test
    void whatTheJournalHoldsNoMoreIsFoundInTheRooms() throws InterruptedException {
        rooms.room(2, ALICE, Set.of(peer.name()));
        rooms.room(3, ALICE, Set.of(us.name()));
        Vector from = rooms.visible();
        for (int i = 0; i < 3; i++) {
            rooms.message(1, ALICE, "one " + i);
            rooms.message(2, ALICE, "two " + i);
            rooms.message(3, ALICE, "of no concern to the peer");
        }
        rooms.dropJournal();
        var outgoing = new OutgoingEvents(us.name(), rooms, relayed);
        List<QueuedEvent> sent = new ArrayList<>();

        boolean done = new CatchUp(rooms, outgoing)
                .run(peer.name(), from, rooms.visible(), sent::addAll, _ -> {});

        assertThat(done).isTrue();
        assertThat(sent).extracting(QueuedEvent::roomNid).containsExactlyInAnyOrder(1L, 2L);
        assertThat(sent).extracting(QueuedEvent::position).allMatch(at -> !from.covers(at));
    }

    @Test
    void metricsTellWhatIsOwedAndWhatWasSent() {
        peer.answer(SEND, _ -> Internet.json(503, "{}", Headers.empty()));
        deliver(rooms.message(1, ALICE, "waits"));
        await().until(() -> registry.get("holm.federation.transactions")
                        .tag("result", "failed")
                        .timer()
                        .count()
                > 0);
        assertThat(gauge("holm.federation.destinations.owed")).isEqualTo(1);
        assertThat(gauge("holm.federation.queue.events")).isEqualTo(1);
        assertThat(gauge("holm.federation.lag")).isPositive();

        peer.answer(SEND, this::take);
        health.succeeded(peer.name());
        await().until(() -> gauge("holm.federation.destinations.owed") == 0);
        assertThat(gauge("holm.federation.lag")).isZero();
        assertThat(registry.get("holm.federation.events.sent").counter().count())
                .isEqualTo(1);
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private Sender start() {
        health = new ServerHealth(time);
        Transport transport =
                new Transport(new Discovery(internet, internet, time), internet, health);
        Sender started = new Sender(
                us.name(),
                rooms,
                rooms,
                new ServerCalls(transport, us.signer()),
                health,
                table,
                new KeptEduTable(database.database()),
                relayed,
                _ -> acquaintances,
                time,
                registry);
        started.resume();
        return started;
    }

    private void deliver(JournalEntry... entries) {
        sender.follower().reader().read(List.of(entries));
    }

    private EgressOutcome take(EgressRequest request) {
        transactions.add(Peer.body(request));
        return Internet.json("{\"pdus\":{}}");
    }

    private static List<JsonObject> pdus(JsonObject transaction) {
        return transaction.array("pdus").flatMap(array -> array.objects()).orElseThrow();
    }

    private List<JsonObject> units() {
        return transactions.stream()
                .flatMap(each -> each.array("edus").stream())
                .flatMap(array -> array.objects().orElseThrow().stream())
                .toList();
    }

    private List<String> bodies() {
        return transactions.stream()
                .flatMap(each -> pdus(each).stream())
                .flatMap(pdu -> pdu.object("content").stream())
                .flatMap(content -> content.string("body").stream())
                .toList();
    }

    private static List<String> bodiesUpTo(int count) {
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            bodies.add("message " + i);
        }
        return bodies;
    }
}
