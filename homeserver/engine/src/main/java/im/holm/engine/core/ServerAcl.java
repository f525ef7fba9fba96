package im.holm.engine.core;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which servers a room lets take part (client-server API, `m.room.server_acl`).
public final class ServerAcl {

    private static final StateKey PLACE = StateKey.of(EventTypes.SERVER_ACL);

    private ServerAcl() {}

    /// Whether the room's current state lets the server in.
    public static boolean admits(RoomState room, ServerName server) {
        return room.current(PLACE)
                .map(event -> admits(event.pdu().content(), server))
                .orElse(true);
    }

    static boolean admits(JsonObject acl, ServerName server) {
        if (!acl.bool("allow_ip_literals").orElse(true) && server.isAddressLiteral()) {
            return false;
        }
        String host = server.host().toLowerCase(Locale.ROOT);
        return matches(acl, "allow", host) && !matches(acl, "deny", host);
    }

    private static boolean matches(JsonObject acl, String list, String host) {
        return globs(acl.array(list)).stream().anyMatch(glob -> matches(glob, host));
    }

    private static List<String> globs(Optional<JsonArray> array) {
        List<String> globs = new ArrayList<>();
        for (JsonValue value : array.orElse(JsonArray.EMPTY)) {
            if (value instanceof JsonString(String glob)) {
                globs.add(glob.toLowerCase(Locale.ROOT));
            }
        }
        return globs;
    }

    /// `*` stands for any characters, `?` for one. After a mismatch only the last `*` takes one
    /// more character, so the work is bounded by the product of the lengths, whatever the
    /// pattern.
    static boolean matches(String glob, String text) {
        int at = 0;
        int in = 0;
        int star = -1;
        int taken = 0;
        while (in < text.length()) {
            if (at < glob.length() && glob.charAt(at) == '*') {
                star = at++;
                taken = in;
            } else if (at < glob.length()
                    && (glob.charAt(at) == '?' || glob.charAt(at) == text.charAt(in))) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                in = ++taken;
            } else {
                return false;
            }
        }
        while (at < glob.length() && glob.charAt(at) == '*') {
            at++;
        }
        return at == glob.length();
    }
}
