package im.holm.messenger;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {

    @ParameterizedTest
    @ValueSource(strings = {"!abc:example.org", "!R0-_room", "!ünï:[::1]:8448"})
    void aThreadIdLeadsBackToItsRoom(String room) {
        var id = new ThreadId(RoomId.of(room));
        assertThat(id.text()).matches("t_[A-Za-z0-9_-]+");
        assertThat(ThreadId.parse(id.text())).contains(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "t_", "t_!", "x_YWJj", "t_YWJjZ", "t_YWJj=", "t_AA", "t_YWJj\n"})
    void whatIsNoThreadIdIsNotRead(String text) {
        assertThat(ThreadId.parse(text)).isEmpty();
    }

    @Test
    void aRoomHasOneThreadIdOnly() {
        // The last character carries bits that are not part of the text: only one spelling
        // counts.
        String text = new ThreadId(RoomId.of("!abc:x")).text();
        assertThat(ThreadId.parse(text.substring(0, text.length() - 1) + "h")).isEmpty();
        assertThat(ThreadId.parse("t_" + "A".repeat(400))).isEmpty();
    }

    @Test
    void aMessageIdNamesItsEvent() {
        var event = EventId.of("$cAAJQ7M");
        assertThat(new MessageId(event)).hasToString("mid.$cAAJQ7M");
        assertThat(MessageId.parse("mid.$cAAJQ7M")).contains(new MessageId(event));
        assertThat(MessageId.parse("mid.cAAJQ7M")).isEmpty();
        assertThat(MessageId.parse("$cAAJQ7M")).isEmpty();
        assertThat(MessageId.parse("")).isEmpty();
    }
}
