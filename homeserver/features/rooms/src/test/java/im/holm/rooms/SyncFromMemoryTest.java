package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/// What `/sync` asks of the database, and that what it says from memory is what the database would
/// have said.
class SyncFromMemoryTest {

    private static final int ROUNDS = 20;

    private static RoomsNode node;

    @BeforeAll
    static void start() {
        node = RoomsNode.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static long databaseUses() {
        return node.node().kernel().database().uses();
    }

    @Test
    void newEventsAreToldWithoutAskingTheDatabase() {
        Client writer = node.client("writer");
        Client reader = node.client("reader");
        List<String> rooms = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            rooms.add(writer.createPublicRoom());
            reader.join(rooms.getLast());
        }
        String filter = Client.ok(reader.post(
                        "/user/" + Client.encode(reader.user.toString()) + "/filter",
                        "{\"room\":{\"state\":{\"lazy_load_members\":true}}}"))
                .string("filter_id");
        long before = databaseUses();
        reader.sync("timeout=0&filter=" + filter);
        assertThat(databaseUses()).as("the first sync reads the tables").isGreaterThan(before);
        reader.sync("timeout=0&filter=" + filter);
        rooms.forEach(room -> writer.say(room, "warm"));
        reader.sync("timeout=0&filter=" + filter);
        List<Long> uses = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            String room = rooms.get(i % rooms.size());
            String event = writer.say(room, "message " + i);
            long atSend = databaseUses();
            Reply told = reader.sync("timeout=10000&filter=" + filter);
            uses.add(databaseUses() - atSend);
            assertThat(told.timeline(room))
                    .extracting(e -> e.string("event_id").orElseThrow())
                    .containsExactly(event);
        }
        assertThat(uses).as("uses of the database by each sync").containsOnly(0L);
    }

    @Test
    void countsFromMemoryAreThoseOfTheDatabase() {
        Client writer = node.client("counted");
        Client reader = node.client("counting");
        String room = writer.createPublicRoom();
        reader.join(room);
        reader.sync();
        String mention = "{\"msgtype\":\"m.text\",\"body\":\"you\",\"m.mentions\":"
                + "{\"user_ids\":[\"" + reader.user + "\"]}}";
        List<String> events = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            events.add(
                    i % 3 == 0
                            ? writer.send(room, "m.room.message", mention)
                            : writer.say(room, "text " + i));
            reader.say(room, "own messages do not count");
            assertThat(unread(reader.sync(), room)).containsExactly(i, i / 3);
        }
        for (int read : List.of(2, 6, 9)) {
            Client.ok(reader.post(
                    Client.path(room) + "/receipt/m.read/" + Client.encode(events.get(read)),
                    "{}"));
            writer.setState(room, "m.room.topic", "", "{\"topic\":\"" + read + "\"}");
            assertThat(unread(reader.sync(), room))
                    .containsExactly(9 - read, 10 / 3 - (read + 1) / 3);
        }
        node.restart();
        Client again = node.client("counting");
        Client writerAgain = node.client("counted");
        writerAgain.say(room, "after the restart");
        assertThat(unread(again.sync(), room)).containsExactly(1, 0);
    }

    @Test
    void aRedactedMessageStillCountsAsItDoesInTheDatabase() {
        Client writer = node.client("redacting");
        Client reader = node.client("redacted");
        String room = writer.createPublicRoom();
        reader.join(room);
        reader.sync();
        String event = writer.say(room, "gone soon");
        writer.say(room, "stays");
        List<Integer> before = unread(reader.sync(), room);
        Client.ok(writer.put(Client.path(room) + "/redact/" + Client.encode(event) + "/r1", "{}"));
        List<Integer> after = unread(reader.sync(), room);
        Client fresh = node.client("redacted");
        assertThat(unread(fresh.sync(), room)).isEqualTo(after);
        assertThat(before).containsExactly(2, 0);
    }

    @Test
    void aUserWhoIsThrownOutLearnsOfItAndOfNothingAfter() {
        Client owner = node.client("owner");
        Client guest = node.client("guest");
        String room = owner.createPublicRoom();
        guest.join(room);
        guest.sync();
        guest.sync();
        Client.ok(owner.post(Client.path(room) + "/kick", "{\"user_id\":\"" + guest.user + "\"}"));
        owner.say(room, "they are gone");
        assertThat(guest.sync().json().toString()).contains("leave").doesNotContain("are gone");
        owner.say(room, "and still");
        assertThat(guest.sync().json().toString()).doesNotContain("and still");
    }

    private static List<Integer> unread(Reply sync, String room) {
        JsonObject counts = sync.joined(room).object("unread_notifications").orElseThrow();
        return List.of(
                (int) ((JsonInteger) counts.get("notification_count").orElseThrow()).value(),
                (int) ((JsonInteger) counts.get("highlight_count").orElseThrow()).value());
    }
}
