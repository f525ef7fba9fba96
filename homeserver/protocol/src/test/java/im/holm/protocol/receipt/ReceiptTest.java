package im.holm.protocol.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.auth.AuthEventList;
import im.holm.protocol.auth.AuthState;
import im.holm.protocol.auth.SpecRule;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.SignatureCheck;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.sketch.SketchBranch;
import im.holm.protocol.sketch.SketchKeys;
import im.holm.protocol.state.StateMap;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The checks on receipt in their order, each with its penalty.
class ReceiptTest {
    private static final String ALICE = "@alice:one.example";
    private static final String BOB = "@bob:two.example";

    static Stream<RoomVersion> versions() {
        return Stream.of(RoomVersions.V6, RoomVersions.V11, RoomVersions.V12);
    }

    private static SketchBranch publicRoom(RoomVersion version) {
        SketchBranch main = RoomSketch.open(version, ALICE).main();
        main.joinRule(ALICE, "public");
        main.join(BOB);
        return main;
    }

    /// What is known of a sketch's event; states by the numbers of the events that they follow.
    private record Known(RoomSketch room, int[] before, int[] now, List<EventId> rejected)
            implements Evidence {
        @Override
        public Signatures signatures(Pdu event) {
            return switch (Receipt.signaturesAndHash(event, new SketchKeys())) {
                case SignatureCheck.Verified(VerifiedPdu good, boolean redacted) ->
                    new Signatures.Good(good);
                case SignatureCheck.BadSignature(String reason) -> new Signatures.Bad(reason);
                case SignatureCheck.KeyUnavailable missing ->
                    new Signatures.Unknown(missing.toString());
            };
        }

        @Override
        public Optional<AuthEvents> authEvents(Pdu event) {
            List<AuthEventList.Entry> entries = new ArrayList<>();
            event.authEvents()
                    .forEach(id -> entries.add(new AuthEventList.Entry(
                            room.event(room.number(id)), rejected.contains(id))));
            return Optional.of(new AuthEvents(
                    entries,
                    room.version().roomIdIsCreateHash()
                            ? Optional.of(room.event(1))
                            : Optional.empty()));
        }

        @Override
        public Optional<AuthState> before(Pdu event) {
            return Optional.of(room.authState(room.stateAfter(before)));
        }

        @Override
        public Optional<AuthState> current(Pdu event) {
            return Optional.of(room.authState(room.stateAfter(now)));
        }

        @Override
        public Optional<EventId> create() {
            return Optional.of(room.event(1).eventId());
        }
    }

    private static String results(Explanation explanation) {
        return String.join(
                " ",
                explanation.lines().stream()
                        .map(line -> switch (line) {
                            case Explanation.Line.NotMade notMade -> "-";
                            case Explanation.Line.Made(Finding finding) ->
                                finding.passed() ? "ok" : "no";
                        })
                        .toList());
    }

    private static Finding finding(Explanation explanation, ReceiptCheck check) {
        return ((Explanation.Line.Made) explanation.lines().get(check.ordinal())).finding();
    }

    @Test
    void theChecksHaveTheNumbersAndPenaltiesOfTheSpecification() {
        assertThat(Arrays.stream(ReceiptCheck.values())
                        .map(check -> check.number() + " " + check + " "
                                + check.penalty().participle()))
                .containsExactly(
                        "1 FORM dropped",
                        "2 SIGNATURES dropped",
                        "3 HASH redacted",
                        "4 AUTH_EVENTS rejected",
                        "5 STATE_BEFORE rejected",
                        "6 CURRENT_STATE soft-failed");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void anEventThatPassesAllChecksIsAuthorizedAndSaysByWhichRuleAndState(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        int[] heads = main.heads();
        Pdu message = main.room().event(main.message(BOB, "hello"));
        var known = new Known(main.room(), heads, heads, List.of());
        Explanation explanation = Explanation.of(version, message.json(), known);
        assertThat(results(explanation)).isEqualTo("ok ok ok ok ok ok");
        assertThat(explanation.penalty()).isEmpty();
        assertThat(explanation.isAccepted()).isTrue();
        assertThat(explanation.event()).contains(message);
        Finding byState = finding(explanation, ReceiptCheck.STATE_BEFORE);
        assertThat(byState.rule()).contains(SpecRule.ALLOWED);
        assertThat(byState.text(version))
                .isEqualTo(SpecRule.ALLOWED.number(version).orElseThrow() + " allowed");
        assertThat(byState.consulted())
                .extracting(Consulted::place)
                .startsWith(StateKey.CREATE)
                .contains(new StateKey(EventTypes.MEMBER, BOB), StateKey.POWER_LEVELS)
                .doesNotHaveDuplicates();
        assertThat(byState.consulted().getFirst().event()).contains(main.room().event(1));

        VerifiedPdu verified = new VerifiedPdu(message);
        var atPlace = Receipt.atPlace(
                verified,
                known.authEvents(message).orElseThrow(),
                known.before(message).orElseThrow(),
                known.create());
        AllowedPdu allowed = ((Receipt.AtPlace.Allowed) atPlace).event();
        assertThat(allowed.verified()).isSameAs(verified);
        var now = Receipt.now(allowed, known.current(message).orElseThrow());
        AuthorizedPdu authorized = ((Receipt.Now.Authorized) now).event();
        assertThat(authorized.verified()).isSameAs(verified);
        assertThat(authorized.eventId()).isEqualTo(message.eventId());
        assertThat(Receipt.nothingSince(allowed).event().pdu()).isSameAs(message);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whatHasNoFormIsDroppedAndAskedNothingElse(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        JsonObject json = main.room().event(main.message(BOB, "x")).json().with("depth", -1);
        var known = new Known(main.room(), main.heads(), main.heads(), List.of());
        Explanation explanation = Explanation.of(version, json, known);
        assertThat(results(explanation)).isEqualTo("no - - - - -");
        assertThat(explanation.penalty()).contains(Penalty.DROP);
        assertThat(explanation.event()).isEmpty();
        assertThat(explanation.isAccepted()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aForgedEventIsDropped(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        int[] heads = main.heads();
        JsonObject json = main.room().event(main.message(BOB, "x")).json().with("depth", 99);
        Explanation explanation =
                Explanation.of(version, json, new Known(main.room(), heads, heads, List.of()));
        assertThat(results(explanation)).isEqualTo("ok no - - - -");
        assertThat(explanation.penalty()).contains(Penalty.DROP);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void otherContentThanItsHashSaysIsTakenAwayAndTheChecksGoOn(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        int[] heads = main.heads();
        Pdu message = main.room().event(main.message(BOB, "x"));
        Explanation explanation = Explanation.of(
                version,
                message.json().with("content", Json.of("{'body': 'y'}")),
                new Known(main.room(), heads, heads, List.of()));
        assertThat(results(explanation)).isEqualTo("ok ok no ok ok ok");
        assertThat(explanation.penalty()).contains(Penalty.REDACT);
        assertThat(explanation.isAccepted()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whoRestsOnARejectedEventIsRejected(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        int[] heads = main.heads();
        Pdu message = main.room().event(main.message(BOB, "x"));
        var known = new Known(
                main.room(), heads, heads, List.of(message.authEvents().getLast()));
        Explanation explanation = Explanation.of(version, message.json(), known);
        assertThat(results(explanation)).isEqualTo("ok ok ok no - -");
        assertThat(finding(explanation, ReceiptCheck.AUTH_EVENTS).rule())
                .contains(SpecRule.AUTH_EVENTS_REJECTED);
        assertThat(explanation.penalty()).contains(Penalty.REJECT);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whatTheStateBeforeForbidsIsRejectedWhateverTheAuthEventsSay(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        Pdu message = main.room().event(main.fork().message(BOB, "x"));
        main.ban(ALICE, BOB);
        Explanation explanation = Explanation.of(
                version,
                message.json(),
                new Known(main.room(), main.heads(), main.heads(), List.of()));
        assertThat(results(explanation)).isEqualTo("ok ok ok ok no -");
        Finding failure = finding(explanation, ReceiptCheck.STATE_BEFORE);
        assertThat(failure.rule()).contains(SpecRule.SENDER_NOT_JOINED);
        assertThat(failure.reason()).contains(BOB);
        assertThat(failure.consulted().getLast().event().orElseThrow().membership())
                .contains("ban");
        assertThat(explanation.penalty()).contains(Penalty.REJECT);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whatTheCurrentStateForbidsIsSoftFailed(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        int[] before = main.heads();
        Pdu message = main.room().event(main.fork().message(BOB, "x"));
        main.ban(ALICE, BOB);
        Explanation explanation = Explanation.of(
                version, message.json(), new Known(main.room(), before, main.heads(), List.of()));
        assertThat(results(explanation)).isEqualTo("ok ok ok ok ok no");
        assertThat(explanation.penalty()).contains(Penalty.SOFT_FAIL);
        assertThat(explanation.isAccepted()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aSecondCreateEventIsRejectedThoughTheRulesAllowIt(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        Pdu second = RoomSketch.open(version, ALICE, Json.of("{'x': 1}")).event(1);
        Explanation explanation = Explanation.of(
                version,
                second.json(),
                new Known(main.room(), new int[0], main.heads(), List.of()));
        assertThat(results(explanation)).isEqualTo("ok ok ok ok no -");
        assertThat(finding(explanation, ReceiptCheck.STATE_BEFORE).rule())
                .contains(Receipt.SECOND_CREATE);
        Pdu first = main.room().event(1);
        assertThat(results(Explanation.of(
                        version,
                        first.json(),
                        new Known(main.room(), new int[0], new int[0], List.of()))))
                .isEqualTo("ok ok ok ok ok ok");
    }

    @Test
    void whatIsNotKnownIsNotChecked() {
        Pdu message = publicRoom(RoomVersions.V12).room().event(4);
        Evidence nothing = new Evidence() {
            @Override
            public Signatures signatures(Pdu event) {
                return new Signatures.Unknown("no keys");
            }

            @Override
            public Optional<AuthEvents> authEvents(Pdu event) {
                return Optional.empty();
            }

            @Override
            public Optional<AuthState> before(Pdu event) {
                return Optional.empty();
            }

            @Override
            public Optional<AuthState> current(Pdu event) {
                return Optional.empty();
            }

            @Override
            public Optional<EventId> create() {
                return Optional.empty();
            }
        };
        Explanation explanation = Explanation.of(RoomVersions.V12, message.json(), nothing);
        assertThat(results(explanation)).isEqualTo("ok - ok - - -");
        JsonObject report = ExplanationJson.of(explanation);
        assertThat(report.string("outcome")).contains("accepted");
        assertThat(report.bool("complete")).contains(false);
    }

    @Test
    void aStateRemembersEachPlaceThatItWasAskedForOnce() {
        SketchBranch main = publicRoom(RoomVersions.V11);
        StateMap state = main.state();
        WatchedState watched = new WatchedState(main.room().authState(state));
        watched.get(StateKey.POWER_LEVELS);
        watched.create();
        watched.get(StateKey.CREATE);
        watched.get(StateKey.POWER_LEVELS);
        assertThat(watched.consulted())
                .containsExactly(
                        new Consulted(StateKey.POWER_LEVELS, Optional.empty()),
                        new Consulted(StateKey.CREATE, Optional.of(main.room().event(1))));
    }
}
