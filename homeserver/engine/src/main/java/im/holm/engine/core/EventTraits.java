package im.holm.engine.core;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.json.JsonObject;

import java.util.Optional;
import java.util.Set;

/// What can be told from an event alone: its flags for counting, and what it relates to.
final class EventTraits {

    static final short ANNOTATION = 1;
    static final short REPLACE = 2;
    static final short THREAD = 3;
    static final short REFERENCE = 4;
    static final short REPLY = 5;

    /// Types that count as unread for others (client-server API, default underride rules:
    /// messages and encrypted events; beside them what clients render as a message of its own).
    private static final Set<String> COUNTED = Set.of(
            EventTypes.MESSAGE,
            EventTypes.ENCRYPTED,
            "m.sticker",
            "m.poll.start",
            "org.matrix.msc3381.poll.start");

    private static final Set<String> CALLS =
            Set.of("m.call.invite", "m.rtc.notification", "m.call.notify");

    private EventTraits() {}

    static int flags(Pdu event) {
        int flags = event.isState() ? EventFlags.STATE : 0;
        if (isMessage(event)) {
            flags |= EventFlags.COUNTABLE;
        }
        if (CALLS.contains(event.type()) && !event.isState()) {
            flags |= EventFlags.CALL;
        }
        boolean mentionsRoom = event.content()
                .object("m.mentions")
                .flatMap(mentions -> mentions.bool("room"))
                .orElse(false);
        return mentionsRoom ? flags | EventFlags.ROOM_MENTION : flags;
    }

    /// Whether a conversation list shows the event and counts it: a message that is not a
    /// notice and not an edit.
    private static boolean isMessage(Pdu event) {
        return COUNTED.contains(event.type())
                && !event.isState()
                && !event.content().string("msgtype").filter("m.notice"::equals).isPresent()
                && relType(event).filter("m.replace"::equals).isEmpty();
    }

    /// The event that it relates to, if it names one.
    static Optional<EventId> relationTarget(JsonObject content) {
        return content.object("m.relates_to")
                .flatMap(relation -> relation.string("event_id")
                        .or(() -> relation.object("m.in_reply_to")
                                .flatMap(reply -> reply.string("event_id"))))
                .flatMap(EventId::parse);
    }

    static Optional<Short> relation(Pdu event) {
        Optional<String> type = relType(event);
        if (type.isEmpty()) {
            return relatesTo(event)
                    .flatMap(relation -> relation.object("m.in_reply_to"))
                    .map(reply -> REPLY);
        }
        return switch (type.get()) {
            case "m.annotation" -> Optional.of(ANNOTATION);
            case "m.replace" -> Optional.of(REPLACE);
            case "m.thread" -> Optional.of(THREAD);
            case "m.reference" -> Optional.of(REFERENCE);
            case String other -> Optional.empty();
        };
    }

    private static Optional<String> relType(Pdu event) {
        return relatesTo(event).flatMap(relation -> relation.string("rel_type"));
    }

    private static Optional<JsonObject> relatesTo(Pdu event) {
        return event.content().object("m.relates_to");
    }
}
