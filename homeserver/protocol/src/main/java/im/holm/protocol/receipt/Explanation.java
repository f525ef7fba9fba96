package im.holm.protocol.receipt;

import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.ContentHash;
import im.holm.protocol.event.ParsedPdu;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Why an event is accepted or not: every check in order, each with what it found. It is made by
/// the code that takes events in ([Receipt]).
///
/// @param event the event as it was sent; empty if it is no valid one
/// @param penalty what it failed last, if anything; an event whose content was taken away may be
///     accepted all the same
public record Explanation(
        RoomVersion version, Optional<Pdu> event, List<Line> lines, Optional<Penalty> penalty) {
    public Explanation {
        lines = List.copyOf(lines);
    }

    /// One check.
    public sealed interface Line {
        ReceiptCheck check();

        record Made(Finding finding) implements Line {
            @Override
            public ReceiptCheck check() {
                return finding.check();
            }
        }

        record NotMade(ReceiptCheck check, String reason) implements Line {}
    }

    public boolean isAccepted() {
        return penalty.isEmpty() || penalty.get() == Penalty.REDACT;
    }

    public static Explanation of(RoomVersion version, JsonObject json, Evidence evidence) {
        return switch (Receipt.form(version, json)) {
            case ParsedPdu.Malformed(String reason) -> {
                Draft draft = new Draft();
                draft.add(Finding.failed(ReceiptCheck.FORM, reason));
                yield draft.done(version, Optional.empty());
            }
            case ParsedPdu.WellFormed(Pdu event) -> {
                Draft draft = new Draft();
                draft.add(Finding.passed(ReceiptCheck.FORM));
                signatures(draft, event, evidence)
                        .ifPresent(verified -> rules(draft, verified, evidence));
                yield draft.done(version, Optional.of(event));
            }
        };
    }

    private static Optional<VerifiedPdu> signatures(Draft draft, Pdu event, Evidence evidence) {
        switch (evidence.signatures(event)) {
            case Evidence.Signatures.Good _ -> draft.add(Finding.passed(ReceiptCheck.SIGNATURES));
            case Evidence.Signatures.Unknown(String reason) ->
                draft.notMade(ReceiptCheck.SIGNATURES, reason);
            case Evidence.Signatures.Bad(String reason) -> {
                draft.add(Finding.failed(ReceiptCheck.SIGNATURES, reason));
                return Optional.empty();
            }
        }
        if (ContentHash.matches(event.json())) {
            draft.add(Finding.passed(ReceiptCheck.HASH));
            return Optional.of(new VerifiedPdu(event));
        }
        draft.add(Finding.failed(
                ReceiptCheck.HASH,
                "the content is not what hashes.sha256 says; what follows is about the redacted"
                        + " form"));
        return Optional.of(new VerifiedPdu(PduParser.redacted(event)));
    }

    private static void rules(Draft draft, VerifiedPdu event, Evidence evidence) {
        Optional<AuthEvents> auth = evidence.authEvents(event.pdu());
        Optional<AuthState> before = evidence.before(event.pdu());
        if (auth.isPresent() && before.isPresent()) {
            var verdict = Receipt.atPlace(event, auth.get(), before.get(), evidence.create());
            verdict.findings().forEach(draft::add);
        } else {
            withoutAll(draft, event.pdu(), auth, before);
        }
        Optional<AuthState> current = evidence.current(event.pdu());
        if (draft.penalty != Penalty.REJECT && current.isPresent()) {
            draft.add(Receipt.byState(ReceiptCheck.CURRENT_STATE, event.pdu(), current.get()));
        }
    }

    private static void withoutAll(
            Draft draft, Pdu event, Optional<AuthEvents> auth, Optional<AuthState> before) {
        if (auth.isPresent()) {
            draft.add(Receipt.byAuthEvents(event, auth.get()));
        } else {
            draft.notMade(ReceiptCheck.AUTH_EVENTS, "its auth events are not all known");
        }
        if (draft.penalty == Penalty.REJECT) {
            return;
        }
        if (before.isPresent()) {
            draft.add(Receipt.byState(ReceiptCheck.STATE_BEFORE, event, before.get()));
        } else {
            draft.notMade(ReceiptCheck.STATE_BEFORE, "the state before it is not known");
        }
    }

    private static final class Draft {
        private final List<Line> lines = new ArrayList<>();
        private Penalty penalty;

        void add(Finding finding) {
            lines.add(new Line.Made(finding));
            if (!finding.passed()) {
                penalty = finding.check().penalty();
            }
        }

        void notMade(ReceiptCheck check, String reason) {
            lines.add(new Line.NotMade(check, reason));
        }

        Explanation done(RoomVersion version, Optional<Pdu> event) {
            boolean ended = penalty == Penalty.DROP || penalty == Penalty.REJECT;
            for (ReceiptCheck check : ReceiptCheck.values()) {
                if (lines.size() == check.ordinal()) {
                    notMade(
                            check,
                            ended
                                    ? "the event is " + penalty.participle() + " already"
                                    : "the current state is not known");
                }
            }
            return new Explanation(version, event, lines, Optional.ofNullable(penalty));
        }
    }
}
