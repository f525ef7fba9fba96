package im.holm.engine.core;

import im.holm.engine.core.Placing.Place;
import im.holm.engine.core.Placing.Placed;
import im.holm.engine.core.RoomEffect.Answer;
import im.holm.engine.core.RoomEffect.Verdict;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.receipt.AllowedPdu;
import im.holm.protocol.receipt.AuthorizedPdu;
import im.holm.protocol.receipt.Finding;
import im.holm.protocol.receipt.Receipt.AtPlace;
import im.holm.protocol.receipt.Receipt.Now;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// An event that comes complete, from another server as a rule: the checks in their order, and what
/// follows from them (server-server API, "Checks performed on receipt of a PDU", 4 to 6; the shell
/// did 1 to 3).
final class Receiving {

    private final RoomDraft draft;
    private final Instant now;

    Receiving(RoomDraft draft, Instant now) {
        this.draft = draft;
        this.now = now;
    }

    StepResult receive(VerifiedPdu event) {
        Pdu pdu = event.pdu();
        Optional<KnownEvent> known = draft.event(pdu.eventId());
        if (known.filter(before -> before.row().hasPlace()).isPresent()) {
            var verdict = new Verdict.Known(pdu.eventId(), known.get().ev());
            return new StepResult(draft.base, List.of(new Answer(verdict)));
        }
        want(pdu);
        if (!draft.wanted.isEmpty()) {
            return RoomStep.lacking(draft);
        }
        Optional<int[]> auth = Checking.authNumbers(draft, pdu);
        if (auth.isEmpty()) {
            return new StepResult(
                    draft.base, List.of(new RoomEffect.NeedAuth(unknownAuth(pdu), event)));
        }
        Set<EventId> lacking = lackingPrev(pdu);
        if (!lacking.isEmpty()) {
            return new StepResult(draft.base, List.of(new RoomEffect.NeedEvents(lacking, event)));
        }
        Optional<RoomAppend.GapChange> gap = gapThatMisses(pdu.eventId());
        StepResult result = gap.isPresent() ? intoGap(event, gap.get()) : place(event, auth.get());
        return draft.wanted.isEmpty() ? result : RoomStep.lacking(draft);
    }

    /// All that the checks will ask for, so that one look-up brings it.
    private void want(Pdu pdu) {
        pdu.prevEvents().forEach(draft::event);
        pdu.authEvents().forEach(draft::event);
        pdu.redacts().ifPresent(draft::event);
        EventTraits.relationTarget(pdu.content()).ifPresent(draft::event);
    }

    private Set<EventId> unknownAuth(Pdu pdu) {
        Set<EventId> unknown = new LinkedHashSet<>(pdu.authEvents());
        unknown.removeIf(draft.byId::has);
        return unknown;
    }

    private Set<EventId> lackingPrev(Pdu pdu) {
        Set<EventId> lacking = new LinkedHashSet<>(pdu.prevEvents());
        lacking.removeIf(
                id -> draft.event(id).filter(known -> known.row().hasPlace()).isPresent());
        return lacking;
    }

    private Optional<RoomAppend.GapChange> gapThatMisses(EventId id) {
        return draft.gaps.stream().filter(gap -> gap.prev().contains(id)).findFirst();
    }

    private StepResult intoGap(VerifiedPdu event, RoomAppend.GapChange gap) {
        var filling = new Filling(draft, now, Map.of());
        if (!filling.fill(gap, List.of(event))) {
            return RoomStep.refused(
                    draft.base, RoomEffect.Refusal.UNUSABLE, "there is no place left in the gap");
        }
        return draft.finish(List.of(new Answer(filling.verdict(event.eventId()))));
    }

    private StepResult place(VerifiedPdu event, int[] auth) {
        Pdu pdu = event.pdu();
        Set<Integer> numbers = new TreeSet<>();
        pdu.prevEvents().forEach(id -> numbers.add(draft.byId.get(id)));
        int[] prev = numbers.stream().mapToInt(Integer::intValue).toArray();
        Optional<Snapshot> before = Resolving.after(draft, prev);
        return before.isEmpty()
                ? RoomStep.lacking(draft)
                : draft.finish(List.of(new Answer(decide(event, prev, auth, before.get()))));
    }

    /// Makes checks 4 to 6 and puts the event in as they say.
    Verdict decide(VerifiedPdu event, int[] prev, int[] auth, Snapshot before) {
        var placing = new Placing(draft, now);
        var place = new Place(prev, auth, before, Optional.empty());
        return switch (Checking.atPlace(draft, event, auth, before.map())) {
            case AtPlace.Rejected rejected -> {
                placing.rejected(event, place);
                yield new Verdict.Rejected(
                        event.eventId(), Checking.reason(draft, rejected.failure()));
            }
            case AtPlace.Allowed(AllowedPdu allowed, var findings) ->
                switch (Checking.now(draft, allowed, before)) {
                    case Now.SoftFailed(var softFailed, Finding failure) -> {
                        placing.softFailed(softFailed, place);
                        yield new Verdict.SoftFailed(
                                event.eventId(), Checking.reason(draft, failure));
                    }
                    case Now.Authorized(AuthorizedPdu authorized, var finding) -> {
                        Placed placed = accept(authorized, place, placing);
                        Redacting.settle(draft, event.eventId());
                        yield new Verdict.Accepted(event, placed.ev(), placed.fact());
                    }
                };
        };
    }

    private Placed accept(AuthorizedPdu event, Place place, Placing placing) {
        Pdu pdu = event.pdu();
        if (pdu.redacts().isEmpty()) {
            return placing.live(event, place);
        }
        EventId targetId = pdu.redacts().get();
        Optional<KnownEvent> target = draft.event(targetId);
        boolean allowed = target.isPresent()
                && Redacting.mayRedact(draft, pdu, place.before().map(), target.get());
        Placed placed = allowed ? placing.live(event, place) : placing.hidden(event, place);
        if (allowed) {
            Redacting.apply(draft, placed.ev(), target.get());
        } else if (target.isEmpty()) {
            Redacting.wait(draft, targetId, placed.ev());
        }
        return placed;
    }
}
