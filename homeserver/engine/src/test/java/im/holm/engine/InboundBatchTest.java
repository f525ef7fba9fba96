package im.holm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.InboundRooms.ReceiveOutcome;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The events of one room in a federation transaction.
class InboundBatchTest {

    private final TestNetwork network = new TestNetwork();
    private final TestServer eu = network.server("eu.example");
    private final TestServer us = network.server("us.example");
    private RoomId room;

    @BeforeEach
    void join() {
        room = eu.createRoom("alice");
        us.join(room, "bob", eu);
        network.deliver();
    }

    @Test
    void areOneCommit() {
        List<JsonObject> pdus = said(20);
        int before = us.journal.commits();

        assertThat(us.engine.inbound().receive(eu.name, pdus))
                .hasSize(20)
                .hasOnlyElementsOfType(ReceiveOutcome.Accepted.class);

        assertThat(us.journal.commits()).isEqualTo(before + 1);
        assertThat(us.bodies(room)).hasSize(20).startsWith("m0").endsWith("m19");
    }

    @Test
    void areAllToldThatTheyAreNotStoredWhenTheCommitFails() {
        List<JsonObject> pdus = said(3);
        us.journal.failNext(1);

        assertThat(us.engine.inbound().receive(eu.name, pdus))
                .hasOnlyElementsOfType(ReceiveOutcome.Unavailable.class);

        assertThat(us.engine.inbound().receive(eu.name, pdus))
                .hasOnlyElementsOfType(ReceiveOutcome.Accepted.class);
        assertThat(us.bodies(room)).containsExactly("m0", "m1", "m2");
    }

    /// That it is known rests on a commit that has not happened.
    @Test
    void areNotCalledKnownBeforeTheyAreDurable() {
        JsonObject pdu = said(1).getFirst();
        us.journal.failNext(1);

        assertThat(us.engine.inbound().receive(eu.name, List.of(pdu, pdu)))
                .hasOnlyElementsOfType(ReceiveOutcome.Unavailable.class);

        assertThat(us.engine.inbound().receive(eu.name, List.of(pdu, pdu)))
                .hasExactlyElementsOfTypes(
                        ReceiveOutcome.Accepted.class, ReceiveOutcome.Known.class);
    }

    @Test
    void areTakenThoughOneOfThemHasLostItsAncestors() {
        List<JsonObject> pdus = new ArrayList<>(said(6));
        pdus.subList(1, 3).clear();

        assertThat(us.engine.inbound().receive(eu.name, pdus))
                .hasOnlyElementsOfType(ReceiveOutcome.Accepted.class);

        assertThat(us.bodies(room)).containsExactly("m0", "m1", "m2", "m3", "m4", "m5");
    }

    @Test
    void areJudgedOneByOne() {
        List<JsonObject> pdus = new ArrayList<>(said(2));
        pdus.add(1, pdus.getFirst().with("content", JsonObject.EMPTY.with("body", "forged")));
        pdus.add(JsonObject.EMPTY);

        assertThat(us.engine.inbound().receive(eu.name, pdus))
                .hasExactlyElementsOfTypes(
                        ReceiveOutcome.Accepted.class,
                        ReceiveOutcome.Known.class,
                        ReceiveOutcome.Accepted.class,
                        ReceiveOutcome.Dropped.class);
        assertThat(us.bodies(room)).containsExactly("m0", "m1");
    }

    /// Messages that have not been delivered yet, as they travel.
    private List<JsonObject> said(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> eu.say(room, "alice", "m" + i))
                .map(this::json)
                .toList();
    }

    private JsonObject json(EventId id) {
        byte[] stored = eu.view(room).event(id).orElseThrow().row().json();
        return JsonParser.parseObject(stored, JsonLimits.LAX_EVENT).object().orElseThrow();
    }
}
