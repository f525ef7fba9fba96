package im.holm.protocol.auth;

import im.holm.protocol.id.EventId;

import java.util.Optional;

/// Rule 11 of room versions 1 and 2: who may redact.
final class RedactionRule {
    private RedactionRule() {}

    static AuthVerdict check(AuthCase c) {
        // 11.1
        if (c.senderLevel() >= c.levels().toRedact()) {
            return SpecRule.REDACTION_LEVEL.allows();
        }
        // 11.2
        Optional<String> target = c.event().redacts().map(RedactionRule::server);
        if (target.isPresent() && target.get().equals(server(c.event().eventId()))) {
            return SpecRule.REDACTION_SAME_SERVER.allows();
        }
        // 11.3
        return SpecRule.REDACTION_OTHERWISE.denies("redacting others' events takes a higher level");
    }

    private static String server(EventId id) {
        return id.text().substring(id.text().indexOf(':') + 1);
    }
}
