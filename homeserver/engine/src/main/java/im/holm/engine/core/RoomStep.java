package im.holm.engine.core;

import im.holm.engine.core.Composing.Composed;
import im.holm.engine.core.Placing.Place;
import im.holm.engine.core.Placing.Placed;
import im.holm.engine.core.RoomEffect.Answer;
import im.holm.engine.core.RoomEffect.Refusal;
import im.holm.engine.core.RoomEffect.Reject;
import im.holm.engine.core.RoomEffect.Verdict;
import im.holm.engine.core.RoomInput.LocalEvent;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.receipt.AllowedPdu;
import im.holm.protocol.receipt.AuthorizedPdu;
import im.holm.protocol.receipt.Receipt;
import im.holm.protocol.receipt.Receipt.AtPlace;
import im.holm.protocol.signing.Signer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One room's decisions: `step` is a function of its arguments. It reads no clock, asks nobody and
/// changes nothing; what it lacks it returns as an effect, and what comes back is its next input.
///
/// A step that lacks something returns the state as it was with what is to be fetched; the same
/// input is then stepped again. So an input is decided in one piece, on one state.
public final class RoomStep {

    private final ServerName self;
    private final Signer signer;

    /// @param signer signs what local users do; a pure function of its key
    public RoomStep(Signer signer) {
        this.self = signer.server();
        this.signer = signer;
    }

    public StepResult step(RoomState state, RoomInput input, Instant now) {
        return switch (input) {
            case RoomInput.Create create -> create(state, create, now);
            case RoomInput.Command command -> command(state, command, now);
            case RoomInput.Pdu pdu -> new Receiving(draft(state), now).receive(pdu.event());
            case RoomInput.AuthChain chain -> authChain(state, chain);
            case RoomInput.WithState entry -> new Entering(draft(state), now).enter(entry);
            case RoomInput.Fetched fetched -> fetched(state, fetched, now);
            case RoomInput.OutOfBand event -> OutOfBandStep.step(draft(state), event);
            case RoomInput.Purge purge -> Purging.step(draft(state), purge);
            case RoomInput.Found found -> found(state, found);
        };
    }

    /// The event that a user would send now, not signed: the template of a join, leave or knock
    /// for another server. Nothing is checked.
    public Optional<EventDraft> template(
            RoomState state, UserId sender, LocalEvent event, Instant now) {
        return Composing.draft(draft(state), sender, event, now).map(Composing.Draft::event);
    }

    /// A signed event that is not put into the room yet: an invite that the other server has to
    /// sign first. It comes back as [RoomInput.Pdu]. Empty if the rules do not allow it.
    public Proposal propose(RoomState state, UserId sender, LocalEvent event, Instant now) {
        RoomDraft draft = draft(state);
        return Composing.draft(draft, sender, event, now)
                .<Proposal>map(unsigned -> switch (Composing.sign(draft, unsigned, signer)) {
                    case Composed.Made made -> new Proposal.Made(made.event().verified());
                    case Composed.Refused(Refusal refusal, String reason) ->
                        new Proposal.Refused(refusal, reason);
                })
                .orElseGet(() -> new Proposal.Lacking(draft.wanted.lookup()));
    }

    public sealed interface Proposal {
        record Made(VerifiedPdu event) implements Proposal {}

        record Refused(Refusal refusal, String reason) implements Proposal {}

        record Lacking(RoomEffect.Lookup lookup) implements Proposal {}
    }

    private RoomDraft draft(RoomState state) {
        return new RoomDraft(state, self);
    }

    private StepResult create(RoomState state, RoomInput.Create create, Instant now) {
        RoomDraft draft = draft(state);
        VerifiedPdu event = create.create();
        return switch (Checking.atPlace(draft, event, IntSets.EMPTY, Snapshot.EMPTY.map())) {
            case AtPlace.Rejected rejected ->
                refused(state, Refusal.FORBIDDEN, Checking.reason(draft, rejected.failure()));
            case AtPlace.Allowed(AllowedPdu allowed, var findings) -> {
                AuthorizedPdu first = Receipt.nothingSince(allowed).event();
                var place =
                        new Place(IntSets.EMPTY, IntSets.EMPTY, Snapshot.EMPTY, Optional.empty());
                Placed placed = new Placing(draft, now).live(first, place);
                List<RoomEffect> answers = new ArrayList<>();
                answers.add(accepted(event, placed));
                yield send(draft, event.pdu().sender(), create.events(), answers, now);
            }
        };
    }

    private StepResult command(RoomState state, RoomInput.Command command, Instant now) {
        return send(draft(state), command.sender(), command.events(), new ArrayList<>(), now);
    }

    private StepResult send(
            RoomDraft draft,
            UserId sender,
            List<LocalEvent> events,
            List<RoomEffect> answers,
            Instant now) {
        for (LocalEvent event : events) {
            event.redacts().ifPresent(draft::event);
            EventTraits.relationTarget(event.content()).ifPresent(draft::event);
            Optional<Composing.Draft> unsigned = Composing.draft(draft, sender, event, now);
            if (unsigned.isEmpty() || !draft.wanted.isEmpty()) {
                return lacking(draft);
            }
            switch (Composing.sign(draft, unsigned.get(), signer)) {
                case Composed.Refused(Refusal refusal, String reason) -> {
                    return refused(draft.base, refusal, reason);
                }
                case Composed.Made made -> {
                    Optional<Reject> no = redactionRefused(draft, made);
                    if (no.isPresent()) {
                        return new StepResult(draft.base, List.of(no.get()));
                    }
                    answers.add(accepted(made.event().verified(), put(draft, made, event, now)));
                }
            }
        }
        return draft.wanted.isEmpty() ? draft.finish(answers) : lacking(draft);
    }

    private Placed put(RoomDraft draft, Composed.Made made, LocalEvent event, Instant now) {
        var place = new Place(made.prev(), made.auth(), made.before(), event.txn());
        Placed placed = new Placing(draft, now).live(made.event(), place);
        made.event()
                .pdu()
                .redacts()
                .flatMap(draft::event)
                .ifPresent(target -> Redacting.apply(draft, placed.ev(), target));
        return placed;
    }

    private static Optional<Reject> redactionRefused(RoomDraft draft, Composed.Made made) {
        Pdu event = made.event().pdu();
        if (event.redacts().isEmpty()) {
            return Optional.empty();
        }
        Optional<KnownEvent> target = draft.event(event.redacts().get());
        if (target.isEmpty()) {
            return Optional.of(new Reject(Refusal.NOT_FOUND, "this room has no such event"));
        }
        return Redacting.mayRedact(draft, event, made.before().map(), target.get())
                ? Optional.empty()
                : Optional.of(
                        new Reject(Refusal.FORBIDDEN, "redacting this event takes a higher level"));
    }

    private StepResult authChain(RoomState state, RoomInput.AuthChain chain) {
        RoomDraft draft = draft(state);
        Importing.outliers(draft, chain.events());
        return draft.changesAnything() ? draft.finish(List.of()) : new StepResult(state, List.of());
    }

    private StepResult fetched(RoomState state, RoomInput.Fetched fetched, Instant now) {
        RoomDraft draft = draft(state);
        boolean filled = state.gaps().stream()
                .filter(gap -> gap.gap() == fetched.gap())
                .findFirst()
                .map(gap -> new Filling(draft, now, fetched.states()).fill(gap, fetched.events()))
                .orElse(false);
        if (!draft.wanted.isEmpty()) {
            return lacking(draft);
        }
        return filled ? draft.finish(List.of()) : new StepResult(state, List.of());
    }

    private StepResult found(RoomState state, RoomInput.Found found) {
        RoomDraft draft = draft(state);
        found.rows().forEach(row -> {
            if (!draft.byEv.has(row.ev())) {
                draft.remember(new KnownEvent(row, state.identity().version()));
            }
        });
        found.absent().forEach(id -> draft.absent = draft.absent.with(id, true));
        found.snapshots().forEach(draft::rememberSnapshot);
        found.digests()
                .forEach(answer -> draft.digests =
                        draft.digests.with(StateDigest.ofBytes(answer.digest()), answer.snap()));
        return new StepResult(draft.state(), List.of());
    }

    static Answer accepted(VerifiedPdu event, Placed placed) {
        return new Answer(new Verdict.Accepted(event, placed.ev(), placed.fact()));
    }

    static StepResult lacking(RoomDraft draft) {
        return new StepResult(draft.base, List.of(draft.wanted.lookup()));
    }

    static StepResult refused(RoomState state, Refusal refusal, String reason) {
        return new StepResult(state, List.of(new Reject(refusal, reason)));
    }
}
