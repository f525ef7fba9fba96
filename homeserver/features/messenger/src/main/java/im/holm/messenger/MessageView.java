package im.holm.messenger;

import im.holm.engine.RoomView;
import im.holm.engine.SortKey;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.EventFlags;
import im.holm.engine.core.EventRow;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonNull;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.slice.Caller;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Messages as `/v1` and the gateway show them.
final class MessageView {

    /// Events that are messages; all others are left out.
    private static final Set<String> TYPES =
            Set.of(EventTypes.MESSAGE, EventTypes.ENCRYPTED, "m.sticker");

    private MessageView() {}

    /// Whether the event is a message that this user may see.
    static boolean shows(RoomView view, StoredEvent event, UserId reader) {
        return TYPES.contains(event.row().type())
                && event.row().stateKey().isEmpty()
                && !event.row().has(EventFlags.HIDDEN)
                && view.visible(event, reader);
    }

    /// The messages in the order of the events.
    static List<JsonObject> render(RoomView view, List<StoredEvent> events, Caller reader) {
        Set<UserId> senders =
                events.stream().map(event -> event.row().sender()).collect(Collectors.toSet());
        Map<UserId, Person> people = People.named(view, senders);
        Map<Integer, Long> depths = depthsOfParents(view, events);
        String threadId = new ThreadId(view.identity().roomId()).text();
        return events.stream()
                .map(event -> message(threadId, event, people, depths, reader))
                .toList();
    }

    private static JsonObject message(
            String threadId,
            StoredEvent event,
            Map<UserId, Person> people,
            Map<Integer, Long> depths,
            Caller reader) {
        EventRow row = event.row();
        var content = MessageContent.ofMatrix(event.content());
        List<JsonObject> attachments =
                content.attachments().stream().map(Attachment::json).toList();
        var message = JsonObject.builder()
                .put("message_id", new MessageId(row.eventId()).toString())
                .put("thread_id", threadId)
                .put("sender", people.get(row.sender()).json())
                .put("text", orNull(content.text()))
                .put("attachments", JsonArray.of(attachments))
                .put("timestamp", row.originTs())
                .put("is_forwarded", content.forwarded())
                .put(
                        "replied_to",
                        orNull(content.repliedTo().map(target -> new MessageId(target).toString())))
                .put("sort_key", SortKey.of(row, depths));
        if (row.type().equals(EventTypes.ENCRYPTED)) {
            message.put("is_encrypted", true);
        }
        if (row.has(EventFlags.REDACTED)) {
            message.put("is_unsent", true);
        }
        row.txn()
                .filter(txn -> txn.deviceNid() == reader.deviceNid())
                .ifPresent(txn -> message.put("client_message_id", txn.txnId()));
        return message.build();
    }

    static JsonValue orNull(Optional<String> text) {
        return text.map(value -> (JsonValue) new JsonString(value)).orElse(JsonNull.NULL);
    }

    private static Map<Integer, Long> depthsOfParents(RoomView view, List<StoredEvent> events) {
        int[] parents = events.stream()
                .flatMapToInt(event -> Arrays.stream(event.row().prev()))
                .distinct()
                .toArray();
        Map<Integer, Long> depths = new HashMap<>();
        for (StoredEvent parent : view.events(parents)) {
            depths.put(parent.row().ev(), parent.row().depth());
        }
        return depths;
    }
}
