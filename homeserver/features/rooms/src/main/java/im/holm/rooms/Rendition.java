package im.holm.rooms;

import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.EventFlags;
import im.holm.engine.core.EventRow;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.slice.Caller;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How the events of one room look to one client in one answer: the stored `content` bytes with the
/// few keys that clients get, and an `unsigned` of this reader's own (client-server API, "Room
/// event
/// format").
final class Rendition {

    /// What an event is wrapped in.
    enum Form {
        /// Everywhere but in `/sync`.
        WITH_ROOM_ID,
        /// In `/sync`, where the room is known from the place.
        WITHOUT_ROOM_ID,
        /// The event as servers exchange it, for filters that ask for it.
        FEDERATION
    }

    private final RoomView view;
    private final Caller reader;
    private final long nowMs;
    private final Form form;
    private final Map<Integer, Optional<String>> memberships = new HashMap<>();

    Rendition(RoomView view, Caller reader, long nowMs, Form form) {
        this.view = view;
        this.reader = reader;
        this.nowMs = nowMs;
        this.form = form;
    }

    byte[] bytes(StoredEvent event) {
        var out = new JsonOut();
        write(out, event);
        return out.toBytes();
    }

    void writeAll(JsonOut out, List<StoredEvent> events) {
        out.beginArray();
        events.forEach(event -> write(out, event));
        out.endArray();
    }

    /// Events as parts of a state, which may be thousands: without what would take the state at
    /// each of them (`membership`, `prev_content`).
    void writeState(JsonOut out, List<StoredEvent> events) {
        out.beginArray();
        events.forEach(event -> write(out, event, false));
        out.endArray();
    }

    void write(JsonOut out, StoredEvent event) {
        write(out, event, true);
    }

    private void write(JsonOut out, StoredEvent event, boolean atItsTime) {
        EventRow row = event.row();
        if (form == Form.FEDERATION) {
            out.raw(row.json(), 0, row.json().length);
            return;
        }
        out.beginObject();
        writeKeys(out, row, event.content());
        out.key("unsigned");
        writeUnsigned(out, event, atItsTime);
        out.endObject();
    }

    private void writeKeys(JsonOut out, EventRow row, JsonObject content) {
        out.key("content");
        var slice = StoredJson.find(row.json(), "content");
        if (slice.isPresent()) {
            out.raw(row.json(), slice.get().from(), slice.get().to());
        } else {
            out.value(content);
        }
        out.field("event_id", row.eventId().text());
        out.field("origin_server_ts", row.originTs());
        if (form == Form.WITH_ROOM_ID) {
            out.field("room_id", view.identity().roomId().text());
        }
        out.field("sender", row.sender().toString());
        row.stateKey().ifPresent(key -> out.field("state_key", key));
        out.field("type", row.type());
        // Older clients look for the target beside the content, whatever the room's
        // version.
        if (row.type().equals(EventTypes.REDACTION)) {
            content.string("redacts").ifPresent(target -> out.field("redacts", target));
        }
    }

    private void writeUnsigned(JsonOut out, StoredEvent event, boolean atItsTime) {
        EventRow row = event.row();
        out.beginObject();
        out.field("age", Math.max(0, nowMs - row.originTs()));
        if (atItsTime) {
            membership(row).ifPresent(membership -> out.field("membership", membership));
            if (row.stateKey().isPresent() && !row.has(EventFlags.REDACTED)) {
                writePrevious(out, row);
            }
        }
        event.redactedBecause().ifPresent(redaction -> writeRedaction(out, redaction));
        row.txn()
                .filter(txn -> txn.deviceNid() == reader.deviceNid())
                .ifPresent(txn -> out.field("transaction_id", txn.txnId()));
        out.endObject();
    }

    private void writeRedaction(JsonOut out, EventRow redaction) {
        out.key("redacted_because").beginObject();
        writeKeys(out, redaction, contentOf(redaction));
        out.key("unsigned").beginObject();
        out.field("age", Math.max(0, nowMs - redaction.originTs()));
        out.endObject().endObject();
    }

    private JsonObject contentOf(EventRow row) {
        return view.events(new int[] {row.ev()}).stream()
                .findFirst()
                .map(StoredEvent::content)
                .orElse(JsonObject.EMPTY);
    }

    private void writePrevious(JsonOut out, EventRow row) {
        if (row.snapBefore() == 0) {
            return;
        }
        view.stateEvent(
                        row.snapBefore(),
                        new StateKey(row.type(), row.stateKey().orElseThrow()))
                .filter(previous -> previous.row().ev() != row.ev())
                .ifPresent(previous -> {
                    out.field("prev_content", previous.content());
                    out.field("replaces_state", previous.row().eventId().text());
                });
    }

    /// The reader's membership at the event, after it if it changes that.
    private Optional<String> membership(EventRow row) {
        if (row.snapAfter() == 0) {
            return Optional.empty();
        }
        return memberships.computeIfAbsent(
                row.snapAfter(),
                snap -> Optional.of(view.stateEvent(snap, StateKey.member(reader.user()))
                        .flatMap(member -> member.content().string("membership"))
                        .orElse("leave")));
    }

    /// The four keys that strangers to a room get of a state event (client-server API,
    /// "Stripped state").
    static JsonObject stripped(StoredEvent event) {
        return JsonObject.builder()
                .put("content", event.content())
                .put("sender", event.row().sender().toString())
                .put("state_key", event.row().stateKey().orElse(""))
                .put("type", event.row().type())
                .build();
    }

    /// The same for an event that came over federation, whole or stripped.
    static JsonObject stripped(JsonObject event) {
        var keys = JsonObject.builder();
        for (String key : List.of("content", "sender", "state_key", "type")) {
            keys.put(key, event.get(key).orElse((JsonValue) new JsonString("")));
        }
        return keys.build();
    }
}
