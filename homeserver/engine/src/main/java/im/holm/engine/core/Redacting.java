package im.holm.engine.core;

import im.holm.protocol.auth.PowerLevels;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.id.EventId;
import im.holm.protocol.state.StateMap;

import java.util.Optional;

/// Redactions (room versions, "Handling redactions"): whether one counts, and what it does to its
/// target.
///
/// A redaction whose target is not known is kept from clients until that came and the check passed;
/// one whose check fails stays hidden.
final class Redacting {

    private Redacting() {}

    /// Whether `redaction` may be applied to `target`: its sender has the level for it in the
    /// state before it, or is of the target's sender's server.
    static boolean mayRedact(RoomDraft draft, Pdu redaction, StateMap before, KnownEvent target) {
        if (redaction.sender().server().equals(target.row().sender().server())) {
            return true;
        }
        var levels = PowerLevels.in(draft.identity().version(), Resolving.authState(draft, before));
        return levels.ofUser(redaction.sender()) >= levels.toRedact();
    }

    /// Prunes the target. Clients who may have seen it learn of that.
    static void apply(RoomDraft draft, int redaction, KnownEvent target) {
        if (target.has(EventFlags.REDACTED)) {
            return;
        }
        var pruned = PduParser.redacted(target.pdu());
        EventRow row = target.row().redacted(redaction, pruned.canonicalBytes());
        draft.change(new KnownEvent(row, pruned), Optional.of(target.row().json()));
        if (row.tl() != EventRow.NO_TL) {
            draft.fact(new RoomFact.Changed(row.ev()));
        }
    }

    /// Remembers a redaction until its target comes. One redaction a target is kept: the first.
    static void wait(RoomDraft draft, EventId target, int redaction) {
        if (!draft.pendingRedactions.has(target)) {
            draft.pendingRedactions = draft.pendingRedactions.with(target, redaction);
            draft.pendingChanges.add(new RoomAppend.PendingRedaction(target, redaction, false));
        }
    }

    /// Settles the redaction that waited for this event, which has just been placed.
    static void settle(RoomDraft draft, EventId targetId) {
        Integer waiting = draft.pendingRedactions.get(targetId);
        KnownEvent target = draft.event(targetId).orElseThrow();
        if (waiting == null) {
            return;
        }
        Optional<KnownEvent> redaction = draft.wantedEvent(waiting);
        Optional<Snapshot> before =
                redaction.flatMap(event -> draft.snapshot(event.row().snapBefore()));
        if (before.isEmpty()) {
            return;
        }
        draft.pendingRedactions = draft.pendingRedactions.without(targetId);
        draft.pendingChanges.add(new RoomAppend.PendingRedaction(targetId, waiting, true));
        if (mayRedact(draft, redaction.get().pdu(), before.get().map(), target)) {
            apply(draft, waiting, target);
            if (redaction.get().has(EventFlags.HIDDEN)) {
                show(draft, redaction.get());
            }
        }
    }

    private static void show(RoomDraft draft, KnownEvent redaction) {
        long tl = draft.head.tlTop() + RoomHead.TL_STEP;
        int fact = draft.fact(new RoomFact.Live(redaction.ev()));
        EventRow row = redaction.row().shown(tl, fact, draft.head.snap());
        draft.change(redaction.with(row), Optional.empty());
        draft.head = draft.head.withTimeline(tl, draft.head.tlBottom());
    }
}
