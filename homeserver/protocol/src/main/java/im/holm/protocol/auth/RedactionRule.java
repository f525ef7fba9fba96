package im.holm.protocol.auth;

import im.holm.protocol.id.EventId;

import java.util.Optional;

/// Rule 11 of room versions 1 and 2: who may redact.
final class RedactionRule {
    private RedactionRule() {}

    static AuthVerdict check(AuthCase c) {
        // 11.1
        if (c.senderLevel() >= c.levels().toRedact()) {
            return AuthVerdict.ALLOWED;
        }
        // 11.2
        Optional<String> target = c.event().redacts().map(RedactionRule::server);
        if (target.isPresent() && target.get().equals(server(c.event().eventId()))) {
            return AuthVerdict.ALLOWED;
        }
        // 11.3
        return AuthVerdict.denied(
                "redaction.level", "redacting others' events takes a higher level");
    }

    private static String server(EventId id) {
        return id.text().substring(id.text().indexOf(':') + 1);
    }
}
