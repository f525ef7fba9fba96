package im.holm.rooms;

import im.holm.engine.RoomCommands.InitialEvent;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.json.JsonObject;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Default state of a new room by its purpose (client-server API, "POST /createRoom").
enum RoomPreset {
    PRIVATE_CHAT("invite", "can_join", 0),
    TRUSTED_PRIVATE_CHAT("invite", "can_join", 0),
    PUBLIC_CHAT("public", "forbidden", 50);

    private final String joinRule;
    private final String guestAccess;
    private final int inviteLevel;

    RoomPreset(String joinRule, String guestAccess, int inviteLevel) {
        this.joinRule = joinRule;
        this.guestAccess = guestAccess;
        this.inviteLevel = inviteLevel;
    }

    static List<String> names() {
        return Arrays.stream(values()).map(RoomPreset::wire).toList();
    }

    /// @param name one of [#names()]
    static RoomPreset ofName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    int inviteLevel() {
        return inviteLevel;
    }

    List<InitialEvent> events() {
        return List.of(
                event(EventTypes.JOIN_RULES, "join_rule", joinRule),
                event(EventTypes.HISTORY_VISIBILITY, "history_visibility", "shared"),
                event(EventTypes.GUEST_ACCESS, "guest_access", guestAccess));
    }

    private String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static InitialEvent event(String type, String key, String value) {
        return new InitialEvent(
                type, Optional.of(""), JsonObject.builder().put(key, value).build());
    }
}
