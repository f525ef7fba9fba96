package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

class ReceiptEduTest {

    private static final ServerName FAR = ServerName.of("far.example");

    @Test
    void aReceiptIsReadWithItsThread() {
        assertThat(read("{\"!r\":{\"m.read\":{\"@a:far.example\":{\"event_ids\":[\"$e\"],"
                        + "\"data\":{\"ts\":7,\"thread_id\":\"main\"}}}}}"))
                .containsExactly(new ReceiptEdu(
                        RoomId.of("!r"),
                        UserId.of("@a:far.example"),
                        EventId.of("$e"),
                        7,
                        Optional.of("main")));
    }

    @Test
    void noServerSpeaksForAnothersUsers() {
        assertThat(read("{\"!r\":{\"m.read\":{\"@a:near.example\":{\"event_ids\":[\"$e\"]}}}}"))
                .isEmpty();
    }

    @Test
    void privateAndUnknownReceiptsAreNotTaken() {
        assertThat(read("{\"!r\":{\"m.read.private\":"
                        + "{\"@a:far.example\":{\"event_ids\":[\"$e\"]}}}}"))
                .isEmpty();
    }

    @Test
    void whatIsMalformedIsSkipped() {
        for (String bad : List.of(
                "{}",
                "{\"room\":{}}",
                "{\"!r\":7}",
                "{\"!r\":{\"m.read\":[]}}",
                "{\"!r\":{\"m.read\":{\"a\":{}}}}",
                "{\"!r\":{\"m.read\":{\"@a:far.example\":null}}}",
                "{\"!r\":{\"m.read\":{\"@a:far.example\":{\"event_ids\":[]}}}}",
                "{\"!r\":{\"m.read\":{\"@a:far.example\":{\"event_ids\":[1]}}}}",
                "{\"!r\":{\"m.read\":{\"@a:far.example\":{\"event_ids\":[\"e\"]}}}}")) {
            assertThat(read(bad)).as(bad).isEmpty();
        }
    }

    @Test
    void oneUnitBringsAFewHundredAtMost() {
        var users = new StringBuilder();
        for (int i = 0; i < 800; i++) {
            users.append(i == 0 ? "" : ",")
                    .append("\"@u" + i + ":far.example\":{\"event_ids\":[\"$e\"]}");
        }
        assertThat(read("{\"!r\":{\"m.read\":{" + users + "}}}")).hasSize(500);
    }

    private static List<ReceiptEdu> read(String json) {
        JsonObject content = JsonParser.parseObject(
                        json.getBytes(StandardCharsets.UTF_8), JsonLimits.federationBody(1 << 20))
                .object()
                .orElseThrow();
        return ReceiptEdu.read(FAR, content);
    }
}
