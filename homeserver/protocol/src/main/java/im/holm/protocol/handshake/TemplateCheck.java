package im.holm.protocol.handshake;

import im.holm.protocol.event.EventDraft;
import im.holm.protocol.version.RoomVersion;

/// What the joining server makes of a template.
public sealed interface TemplateCheck {
    /// @param draft the event to sign: our own words around the template's references
    record Accepted(RoomVersion version, EventDraft draft) implements TemplateCheck {}

    /// The answer is to be treated as malformed; another server may be asked.
    record Refused(String reason) implements TemplateCheck {}
}
