package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.journal.Vector;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.SyncSection;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Exactly once, whatever happens at the same time; and the parts of other features.
class SyncDeliveryTest {

    private static final int SENDERS = 4;
    private static final int MESSAGES = 25;

    @Test
    void manySendersLoseAndDoubleNothing() throws Exception {
        try (var node = RoomsNode.start();
                var background = Executors.newVirtualThreadPerTaskExecutor()) {
            Client reader = node.client("reader");
            List<String> rooms = List.of(reader.createPublicRoom(), reader.createPublicRoom());
            List<Client> senders = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                Client sender = node.client("sender" + i);
                rooms.forEach(sender::join);
                senders.add(sender);
            }
            reader.sync();
            List<Future<?>> sending = new ArrayList<>();
            for (Client sender : senders) {
                sending.add(background.submit(() -> {
                    for (int i = 0; i < MESSAGES; i++) {
                        sender.say(rooms.get(i % 2), Integer.toString(i));
                    }
                }));
            }
            Map<String, List<String>> seen = receive(reader, rooms, SENDERS * MESSAGES);
            finish(sending);
            assertThat(seen).hasSize(SENDERS * 2);
            seen.forEach((from, texts) -> assertThat(texts)
                    .as(from)
                    .isEqualTo(java.util.stream.IntStream.range(0, MESSAGES)
                            .filter(i -> from.startsWith(rooms.get(i % 2)))
                            .mapToObj(Integer::toString)
                            .toList()));
            assertThat(reader.sync().object("rooms", "join").isEmpty()).isTrue();
        }
    }

    /// Texts by room and sender, in the order in which they came.
    private static Map<String, List<String>> receive(Client reader, List<String> rooms, int count) {
        Map<String, List<String>> seen = new HashMap<>();
        int got = 0;
        String filter = Client.encode("{\"room\":{\"timeline\":{\"limit\":200}}}");
        while (got < count) {
            Reply sync = reader.sync("timeout=10000&filter=" + filter);
            for (String room : rooms) {
                for (JsonObject event : sync.timeline(room)) {
                    seen.computeIfAbsent(
                                    room + event.string("sender").orElseThrow(),
                                    _ -> new ArrayList<>())
                            .add(Reply.object(event, "content").string("body").orElseThrow());
                    got++;
                }
            }
            assertThat(sync.object("rooms", "join").isEmpty())
                    .as("%s of %s", got, count)
                    .isFalse();
        }
        return seen;
    }

    private static void finish(List<Future<?>> sending)
            throws ExecutionException, InterruptedException {
        for (Future<?> one : sending) {
            one.get();
        }
    }

    @Test
    void aTokenOutlivesTheServersRun() {
        try (var node = RoomsNode.start()) {
            Client ann = node.client("ann");
            String room = ann.createPublicRoom();
            ann.say(room, "before");
            Client.ok(ann.put(
                    Client.path(room) + "/typing/" + Client.encode(ann.user.toString()),
                    "{\"typing\":true}"));
            ann.sync();
            ann.say(room, "unseen");
            node.restart();
            Client again = node.client("ann").after(ann);
            again.say(room, "after");
            Reply sync = again.sync();
            assertThat(Reply.bodies(sync.timeline(room))).containsExactly("unseen", "after");
            assertThat(sync.state(room)).isEmpty();
            assertThat(again.sync().hasJoined(room)).isFalse();
        }
    }

    @Test
    void aDeviceThatWasAwayForLongGetsWhatIsLeftOfItsLimit() {
        try (var node = RoomsNode.start()) {
            Client ann = node.client("ann");
            List<String> rooms = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                rooms.add(ann.createPublicRoom());
            }
            ann.sync();
            for (int i = 0; i < 250; i++) {
                ann.say(rooms.get(i % 5), Integer.toString(i));
            }
            for (int i = 0; i < 800; i++) {
                Client.ok(ann.put(
                        "/user/" + Client.encode(ann.user.toString()) + "/account_data/x.n",
                        "{\"n\":" + i + "}"));
            }
            Reply sync = ann.sync();
            for (int i = 0; i < 5; i++) {
                assertThat(Reply.bodies(sync.timeline(rooms.get(i))))
                        .hasSize(10)
                        .endsWith(Integer.toString(245 + i));
            }
            assertThat(Reply.list(sync.object("account_data"), "events")).hasSize(1);
        }
    }

    @Test
    void otherFeaturesHaveTheirPart() {
        try (var node = RoomsNode.start()) {
            Client ann = node.client("ann");
            String room = ann.createPublicRoom();
            long roomNid = node.node()
                    .kernel()
                    .rooms()
                    .room(RoomId.of(room))
                    .orElseThrow()
                    .identity()
                    .roomNid();
            List<Optional<Vector>> asked = new ArrayList<>();
            node.add(reading -> {
                asked.add(reading.from());
                return part(roomNid, reading.from().isEmpty());
            });
            Reply first = ann.sync();
            assertThat(first.object("device_one_time_keys_count").integer("signed_curve25519"))
                    .hasValue(7);
            assertThat(Reply.list(first.object("to_device"), "events")).hasSize(1);
            assertThat(Reply.types(Reply.list(first.object("account_data"), "events")))
                    .contains("m.push_rules");
            assertThat(Reply.types(first.ephemeral(room))).containsExactly("x.wave");
            Reply second = ann.sync("timeout=200");
            assertThat(second.object("device_one_time_keys_count").integer("signed_curve25519"))
                    .hasValue(0);
            assertThat(asked.getFirst()).isEmpty();
            assertThat(asked.getLast()).isPresent();
        }
    }

    private static SyncSection.Part part(long roomNid, boolean news) {
        if (!news) {
            return SyncSection.Part.EMPTY;
        }
        JsonObject wave =
                JsonObject.of("events", JsonArray.of(JsonObject.EMPTY.with("type", "x.wave")));
        return new SyncSection.Part(
                Map.of(
                        "to_device",
                        wave,
                        "device_one_time_keys_count",
                        JsonObject.of("signed_curve25519", new JsonInteger(7))),
                Map.of(roomNid, Map.of("ephemeral", wave)),
                true);
    }
}
