package im.holm.protocol.handshake;

import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The part of a room's state that shows an invited or knocking user what room it is
/// (client-server API, "Stripped state").
public final class StrippedState {
    private static final List<StateKey> SHOWN = List.of(
            StateKey.CREATE,
            StateKey.of(EventTypes.NAME),
            StateKey.of(EventTypes.AVATAR),
            StateKey.of(EventTypes.TOPIC),
            StateKey.JOIN_RULES,
            StateKey.of(EventTypes.CANONICAL_ALIAS),
            StateKey.of(EventTypes.ENCRYPTION));

    private static final Set<String> KEPT = Set.of("sender", "type", "state_key", "content");

    private StrippedState() {}

    /// The places in the state that are shown; an inviter's membership comes on top.
    public static List<StateKey> shown() {
        return SHOWN;
    }

    /// The events to show, the create event first. Between servers they are sent whole.
    public static List<Pdu> select(AuthState state) {
        return SHOWN.stream().flatMap(key -> state.get(key).stream()).toList();
    }

    /// As [#select(AuthState)], with the membership of the user who invites.
    public static List<Pdu> select(AuthState state, UserId inviter) {
        List<Pdu> events = new ArrayList<>(select(state));
        state.get(StateKey.member(inviter)).ifPresent(events::add);
        return List.copyOf(events);
    }

    /// What clients are shown of an event.
    public static JsonObject strip(JsonObject event) {
        JsonObject.Builder kept = JsonObject.builder();
        KEPT.forEach(key -> kept.putIfPresent(key, event.get(key)));
        return kept.build();
    }

    /// Whether an object is a stripped state event as clients expect one.
    public static boolean isStripped(JsonObject event) {
        return event.string("type").isPresent()
                && event.string("state_key").isPresent()
                && event.string("sender").flatMap(UserId::parse).isPresent()
                && event.object("content").isPresent();
    }
}
