package im.holm.federation.call;

import im.holm.platform.http.Percent;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonObject;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// A signed request to another server.
///
/// @param target path and query, encoded
/// @param canonicalBody canonical JSON
/// @param room whose data it carries, if one room's
public record Call(
        ServerName to,
        String method,
        String target,
        Optional<byte[]> canonicalBody,
        Optional<RoomId> room,
        Duration deadline,
        long answerMaxBytes,
        Urgency urgency) {

    /// What a read may take.
    public static final Duration READ_DEADLINE = Duration.ofSeconds(10);

    /// What most answers stay below: 100 events of the greatest size, and some.
    public static final long ANSWER_MAX_BYTES = 16L << 20;

    public Call {
        Objects.requireNonNull(to);
        Objects.requireNonNull(method);
        Objects.requireNonNull(target);
        Objects.requireNonNull(deadline);
        Objects.requireNonNull(urgency);
    }

    public static Call get(ServerName to, String target) {
        return new Call(
                to,
                "GET",
                target,
                Optional.empty(),
                Optional.empty(),
                READ_DEADLINE,
                ANSWER_MAX_BYTES,
                Urgency.USER);
    }

    public static Call put(ServerName to, String target, JsonObject body) {
        return with(to, "PUT", target, CanonicalJson.write(body));
    }

    public static Call post(ServerName to, String target, JsonObject body) {
        return with(to, "POST", target, CanonicalJson.write(body));
    }

    private static Call with(ServerName to, String method, String target, byte[] body) {
        return new Call(
                to,
                method,
                target,
                Optional.of(body),
                Optional.empty(),
                READ_DEADLINE,
                ANSWER_MAX_BYTES,
                Urgency.USER);
    }

    /// A PUT whose body is canonical JSON already.
    public static Call putCanonical(ServerName to, String target, byte[] body) {
        return with(to, "PUT", target, body);
    }

    public Call about(RoomId id) {
        return new Call(
                to,
                method,
                target,
                canonicalBody,
                Optional.of(id),
                deadline,
                answerMaxBytes,
                urgency);
    }

    public Call within(Duration time) {
        return new Call(to, method, target, canonicalBody, room, time, answerMaxBytes, urgency);
    }

    public Call answeredInAtMost(long bytes) {
        return new Call(to, method, target, canonicalBody, room, deadline, bytes, urgency);
    }

    public Call inBackground() {
        return new Call(
                to,
                method,
                target,
                canonicalBody,
                room,
                deadline,
                answerMaxBytes,
                Urgency.BACKGROUND);
    }

    /// Encodes an id for a path or a query.
    public static String encoded(Object id) {
        return Percent.encode(id.toString());
    }
}
