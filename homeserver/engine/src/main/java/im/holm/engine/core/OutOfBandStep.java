package im.holm.engine.core;

import im.holm.engine.core.RoomEffect.Answer;
import im.holm.engine.core.RoomEffect.Verdict;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonArray;

import java.util.List;
import java.util.Optional;

/// A membership of a local user in a room that this server is not in: an outlier and a membership,
/// no state.
final class OutOfBandStep {

    private OutOfBandStep() {}

    static StepResult step(RoomDraft draft, RoomInput.OutOfBand input) {
        Pdu pdu = input.event().pdu();
        Optional<KnownEvent> known = draft.event(pdu.eventId());
        if (!draft.wanted.isEmpty()) {
            return RoomStep.lacking(draft);
        }
        if (known.isPresent()) {
            var verdict = new Verdict.Known(pdu.eventId(), known.get().ev());
            return new StepResult(draft.base, List.of(new Answer(verdict)));
        }
        int ev = add(draft, input.event());
        int fact = draft.fact(new RoomFact.OutOfBand(input.user()));
        draft.memberChange(input.user(), input.membership(), ev, fact);
        changeStatus(draft, input.membership());
        if (!input.strippedState().isEmpty()) {
            byte[] json = CanonicalJson.write(JsonArray.of(input.strippedState()));
            draft.stripped = Optional.of(new RoomAppend.StrippedState(input.user(), json));
        }
        var verdict = new Verdict.Accepted(input.event(), ev, fact);
        return draft.finish(List.of(new Answer(verdict)));
    }

    private static int add(RoomDraft draft, VerifiedPdu event) {
        int[] auth = IntSets.EMPTY;
        for (EventId id : event.pdu().authEvents()) {
            Integer known = draft.byId.get(id);
            auth = known == null ? auth : IntSets.plus(auth, known);
        }
        int ev = draft.head.nextEv();
        int flags = EventTraits.flags(event.pdu()) | EventFlags.OUTLIER;
        draft.add(new KnownEvent(Importing.row(ev, event.pdu(), flags, auth), event.pdu()));
        return ev;
    }

    /// A room that we have been in keeps its status: what was seen stays readable.
    private static void changeStatus(RoomDraft draft, Membership membership) {
        if (draft.head.snap() != 0) {
            return;
        }
        draft.status = switch (membership) {
            case INVITE -> RoomStatus.INVITED;
            case KNOCK -> RoomStatus.KNOCKED;
            case JOIN, LEAVE, BAN -> RoomStatus.LEFT;
        };
    }
}
