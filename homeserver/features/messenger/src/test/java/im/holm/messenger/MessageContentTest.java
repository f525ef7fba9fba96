package im.holm.messenger;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.id.EventId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.slice.Fields;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

class MessageContentTest {

    private static final UserId BOB = UserId.of("@bob:us");

    @Test
    void aTextIsTheSameOnBothFaces() {
        var content = text("Hello!").toMatrix(Optional.empty());
        assertThat(content.string("msgtype")).contains("m.text");
        assertThat(content.string("body")).contains("Hello!");
        assertThat(MessageContent.ofMatrix(content)).isEqualTo(text("Hello!"));
    }

    @Test
    void anAttachmentWithATextIsACaptionedImage() {
        var image = attachment("""
                {"type":"image","url":"https://cdn.example.org/1.png","width":1920,"height":1080,
                 "name":"1.png"}""");
        var message =
                new MessageContent(Optional.of("look"), List.of(image), Optional.empty(), true);
        JsonObject content = message.toMatrix(Optional.empty());
        assertThat(content.string("msgtype")).contains("m.image");
        assertThat(content.string("body")).contains("look");
        assertThat(content.string("filename")).contains("1.png");
        assertThat(content.string("url")).contains("https://cdn.example.org/1.png");
        assertThat(content.object("info").orElseThrow().integer("w")).hasValue(1920);
        assertThat(MessageContent.ofMatrix(content)).isEqualTo(message);
    }

    @Test
    void severalAttachmentsSurviveAndMatrixClientsSeeTheFirst() {
        var image = attachment("{\"type\":\"image\",\"url\":\"mxc://us/a\",\"name\":\"a\"}");
        var file = attachment("{\"type\":\"file\",\"url\":\"mxc://us/b\",\"size\":7}");
        var message =
                new MessageContent(Optional.empty(), List.of(image, file), Optional.empty(), false);
        JsonObject content = message.toMatrix(Optional.empty());
        assertThat(content.string("url")).contains("mxc://us/a");
        assertThat(MessageContent.ofMatrix(content)).isEqualTo(message);
    }

    @Test
    void aReplyNamesItsTargetAndMentionsItsAuthor() {
        var target = EventId.of("$target");
        var message = new MessageContent(Optional.of("yes"), List.of(), Optional.of(target), false);
        JsonObject content = message.toMatrix(Optional.of(BOB));
        assertThat(content.object("m.mentions")
                        .flatMap(all -> all.array("user_ids"))
                        .flatMap(ids -> ids.strings()))
                .contains(List.of("@bob:us"));
        assertThat(MessageContent.ofMatrix(content).repliedTo()).contains(target);
    }

    @Test
    void theQuoteOfAnOlderClientIsNotPartOfItsText() {
        JsonObject content = json("""
                {"msgtype":"m.text","body":"> <@bob:us> so?\\n> and\\n\\nyes",
                 "m.relates_to":{"m.in_reply_to":{"event_id":"$target"}}}""");
        assertThat(MessageContent.ofMatrix(content).text()).contains("yes");
        assertThat(MessageContent.ofMatrix(json("{\"body\":\"> not a reply\\n\\nx\"}"))
                        .text())
                .contains("> not a reply\n\nx");
    }

    @Test
    void anEventInAMatrixThreadIsNoReplyByThatAlone() {
        JsonObject content = json("""
                {"body":"x","m.relates_to":{"rel_type":"m.thread","event_id":"$root",
                 "is_falling_back":true,"m.in_reply_to":{"event_id":"$last"}}}""");
        assertThat(MessageContent.ofMatrix(content).repliedTo()).isEmpty();
    }

    @Test
    void anImageOfAMatrixClientIsAnAttachment() {
        JsonObject content = json("""
                {"msgtype":"m.image","body":"cat.jpg","url":"mxc://eu/cat",
                 "info":{"w":10,"h":20,"mimetype":"image/jpeg","size":99}}""");
        MessageContent message = MessageContent.ofMatrix(content);
        assertThat(message.text()).isEmpty();
        assertThat(message.attachments()).singleElement().satisfies(one -> {
            assertThat(one.json().string("type")).contains("image");
            assertThat(one.json().string("mime_type")).contains("image/jpeg");
            assertThat(one.json().integer("height")).hasValue(20);
        });
    }

    @Test
    void hostileContentIsShownAsFarAsItMakesSense() {
        for (String hostile : List.of(
                "{}",
                "{\"body\":7,\"msgtype\":[],\"url\":{}}",
                "{\"msgtype\":\"m.image\",\"url\":\"javascript:alert(1)\",\"info\":7}",
                "{\"im.holm.attachments\":[{\"type\":\"image\"}],\"m.relates_to\":[]}",
                "{\"im.holm.attachments\":[7],\"m.relates_to\":{\"m.in_reply_to\":\"x\"}}",
                "{\"m.relates_to\":{\"m.in_reply_to\":{\"event_id\":\"no id\"}}}")) {
            MessageContent message = MessageContent.ofMatrix(json(hostile));
            assertThat(message.attachments()).as(hostile).isEmpty();
            assertThat(message.repliedTo()).as(hostile).isEmpty();
        }
    }

    @Test
    void anAttachmentNeedsAKnownTypeAndAUrlOfAKnownScheme() {
        for (String bad : List.of(
                "{\"url\":\"https://x/1\"}",
                "{\"type\":\"hologram\",\"url\":\"https://x/1\"}",
                "{\"type\":\"image\"}",
                "{\"type\":\"image\",\"url\":\"http://x/1\"}",
                "{\"type\":\"image\",\"url\":\"https://x/ 1\"}",
                "{\"type\":\"image\",\"url\":\"https://x/1\",\"width\":-1}",
                "{\"type\":\"image\",\"url\":\"https://x/1\",\"width\":\"wide\"}",
                "{\"type\":\"image\",\"url\":\"https://x/1\",\"width\":1.5}")) {
            var fields = Fields.of(json(bad));
            assertThat(Attachment.read(fields)).as(bad).isEmpty();
            assertThat(fields.failed()).as(bad).isTrue();
        }
    }

    private static MessageContent text(String text) {
        return new MessageContent(Optional.of(text), List.of(), Optional.empty(), false);
    }

    private static Attachment attachment(String json) {
        return Attachment.read(Fields.of(json(json))).orElseThrow();
    }

    private static JsonObject json(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return JsonParser.parseObject(bytes, JsonLimits.clientBody(bytes.length))
                .object()
                .orElseThrow();
    }
}
