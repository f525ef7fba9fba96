package im.holm.engine.core;

import im.holm.engine.core.RoomEffect.Refusal;
import im.holm.engine.core.RoomInput.LocalEvent;
import im.holm.protocol.auth.AuthSelection;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.EventLimits;
import im.holm.protocol.event.EventReference;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.receipt.AllowedPdu;
import im.holm.protocol.receipt.AuthorizedPdu;
import im.holm.protocol.receipt.Finding;
import im.holm.protocol.receipt.Receipt.AtPlace;
import im.holm.protocol.receipt.Receipt.Now;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.signing.Signer;
import im.holm.protocol.state.StateMap;
import im.holm.protocol.version.RoomVersion;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes events of ours: their place after the extremities, their auth events, hash and signature.
final class Composing {

    private Composing() {}

    /// An event that is not signed yet.
    ///
    /// @param prev numbers of the previous events
    /// @param before state before it
    record Draft(EventDraft event, int[] prev, Snapshot before) {}

    sealed interface Composed {
        record Made(AuthorizedPdu event, int[] prev, int[] auth, Snapshot before)
                implements Composed {}

        record Refused(Refusal refusal, String reason) implements Composed {}
    }

    /// The event at the ends of the room; empty if something is wanted first.
    static Optional<Draft> draft(RoomDraft draft, UserId sender, LocalEvent event, Instant now) {
        List<KnownEvent> ends = new ArrayList<>();
        for (int ev : draft.head.extremities()) {
            draft.wantedEvent(ev).ifPresent(ends::add);
        }
        List<KnownEvent> chosen = Extremities.toSendOn(ends);
        int[] prev = IntSets.sorted(chosen.stream().mapToInt(KnownEvent::ev).toArray());
        RoomVersion version = draft.identity().version();
        long depth = EventLimits.depthAfter(
                version,
                chosen.stream().mapToLong(end -> end.row().depth()).max().orElse(0));
        return Resolving.after(draft, prev).map(before -> {
            List<KnownEvent> auth = new ArrayList<>();
            AuthSelection.typesFor(version, event.type(), sender, event.stateKey(), event.content())
                    .forEach(key -> {
                        int ev = before.map().find(key);
                        if (ev != StateMap.ABSENT) {
                            auth.add(draft.event(ev).orElseThrow());
                        }
                    });
            List<KnownEvent> named = new ArrayList<>(chosen);
            named.addAll(auth);
            return new Draft(
                    new EventDraft(
                            Optional.of(draft.roomId()),
                            sender,
                            event.type(),
                            event.stateKey(),
                            event.content(),
                            ids(chosen),
                            ids(auth),
                            depth,
                            event.originTs().orElse(now.toEpochMilli()),
                            event.redacts(),
                            hashes(version, named)),
                    prev,
                    before);
        });
    }

    private static List<EventId> ids(List<KnownEvent> events) {
        return events.stream().map(event -> event.row().eventId()).toList();
    }

    /// The reference hashes of events to name, where the room version writes them; only there
    /// are the events taken apart for it.
    static Map<EventId, String> hashes(RoomVersion version, List<KnownEvent> events) {
        return version.hasChosenEventIds()
                ? EventReference.hashesOf(events.stream().map(KnownEvent::pdu).toList())
                : Map.of();
    }

    /// Signs the event if the rules allow it, at its place and now.
    static Composed sign(RoomDraft draft, Draft unsigned, Signer signer) {
        return switch (EventSigning.sign(draft.identity().version(), unsigned.event(), signer)) {
            case SignedEvent.Refused(boolean tooLarge, String reason) ->
                new Composed.Refused(tooLarge ? Refusal.TOO_LARGE : Refusal.MALFORMED, reason);
            case SignedEvent.Signed(VerifiedPdu event) -> authorize(draft, unsigned, event);
        };
    }

    private static Composed authorize(RoomDraft draft, Draft unsigned, VerifiedPdu event) {
        int[] auth = Checking.authNumbers(draft, event.pdu()).orElseThrow();
        return switch (Checking.atPlace(draft, event, auth, unsigned.before().map())) {
            case AtPlace.Rejected rejected -> forbidden(draft, rejected.failure());
            case AtPlace.Allowed(AllowedPdu allowed, var findings) ->
                switch (Checking.now(draft, allowed, unsigned.before())) {
                    case Now.SoftFailed(var softFailed, Finding failure) ->
                        forbidden(draft, failure);
                    case Now.Authorized(AuthorizedPdu authorized, var finding) ->
                        new Composed.Made(authorized, unsigned.prev(), auth, unsigned.before());
                };
        };
    }

    private static Composed forbidden(RoomDraft draft, Finding failure) {
        return new Composed.Refused(
                Refusal.FORBIDDEN, failure.text(draft.identity().version()));
    }
}
