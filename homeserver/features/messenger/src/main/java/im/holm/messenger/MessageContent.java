package im.holm.messenger;

import im.holm.protocol.id.EventId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Fields;

import java.util.List;
import java.util.Optional;

/// What a message says, apart from who says it and when: the content of `m.room.message` on the
/// Matrix side.
///
/// A text is `m.text`. An attachment is `m.image` or its like, with the text as its caption. Of
/// several attachments Matrix clients show the first; all of them are in `im.holm.attachments`.
///
/// @param repliedTo the message that it answers
record MessageContent(
        Optional<String> text,
        List<Attachment> attachments,
        Optional<EventId> repliedTo,
        boolean forwarded) {

    private static final String ATTACHMENTS_KEY = "im.holm.attachments";
    private static final String FORWARDED_KEY = "im.holm.forwarded";

    MessageContent {
        attachments = List.copyOf(attachments);
    }

    /// As an event carries it.
    ///
    /// @param answered who wrote what it answers: replies mention their authors
    JsonObject toMatrix(Optional<UserId> answered) {
        var content = JsonObject.builder();
        if (attachments.isEmpty()) {
            content.put("msgtype", "m.text").put("body", text.orElse(""));
        } else {
            Attachment first = attachments.getFirst();
            content.put("msgtype", first.kind().msgtype())
                    .put("body", text.orElse(first.label()))
                    .put("filename", first.label())
                    .put("url", first.url())
                    .put("info", first.info());
        }
        if (attachments.size() > 1) {
            content.put(
                    ATTACHMENTS_KEY,
                    JsonArray.of(attachments.stream().map(Attachment::json).toList()));
        }
        if (forwarded) {
            content.put(FORWARDED_KEY, true);
        }
        repliedTo.ifPresent(event -> content.put(
                "m.relates_to",
                JsonObject.of(
                        "m.in_reply_to",
                        JsonObject.builder().put("event_id", event.text()).build())));
        content.put(
                "m.mentions",
                answered.map(user -> JsonObject.of("user_ids", JsonArray.ofStrings(List.of(user))))
                        .orElse(JsonObject.EMPTY));
        return content.build();
    }

    /// Of whatever a member of the room has sent: any key may be missing or of another type.
    static MessageContent ofMatrix(JsonObject content) {
        Optional<EventId> repliedTo = repliedTo(content);
        List<Attachment> attachments = attachments(content);
        Optional<String> body = content.string("body")
                .map(text -> repliedTo.isPresent() ? withoutFallback(text) : text);
        Optional<String> text = attachments.isEmpty() ? body : caption(content, body);
        return new MessageContent(
                text, attachments, repliedTo, content.bool(FORWARDED_KEY).orElse(false));
    }

    private static List<Attachment> attachments(JsonObject content) {
        Optional<List<JsonObject>> several =
                content.array(ATTACHMENTS_KEY).flatMap(JsonArray::objects);
        List<Attachment> own = several.orElse(List.of()).stream()
                .limit(Attachment.COUNT_MAX)
                .flatMap(json -> Attachment.read(Fields.of(json)).stream())
                .toList();
        return own.isEmpty() ? Attachment.ofMatrix(content).stream().toList() : own;
    }

    /// `body` is a caption if a file name stands beside it and is another (client-server API,
    /// "Media captions").
    private static Optional<String> caption(JsonObject content, Optional<String> body) {
        Optional<String> fileName = content.string("filename");
        return fileName.isPresent() && !fileName.equals(body) ? body : Optional.empty();
    }

    /// A reply that only keeps old clients from losing a thread is none.
    private static Optional<EventId> repliedTo(JsonObject content) {
        return content.object("m.relates_to")
                .filter(relation -> !relation.bool("is_falling_back").orElse(false))
                .flatMap(relation -> relation.object("m.in_reply_to"))
                .flatMap(reply -> reply.string("event_id"))
                .flatMap(EventId::parse);
    }

    /// Older clients quote what they answer in lines that begin with `> `, then leave one
    /// empty.
    private static String withoutFallback(String body) {
        int at = 0;
        while (body.startsWith("> ", at)) {
            int end = body.indexOf('\n', at);
            if (end < 0) {
                return body;
            }
            at = end + 1;
        }
        return at > 0 && body.startsWith("\n", at) ? body.substring(at + 1) : body.substring(at);
    }
}
