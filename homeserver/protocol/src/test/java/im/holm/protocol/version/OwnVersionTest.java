package im.holm.protocol.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.holm.protocol.auth.AuthEventList;
import im.holm.protocol.auth.AuthRule;
import im.holm.protocol.auth.AuthRules;
import im.holm.protocol.auth.AuthSelection;
import im.holm.protocol.auth.AuthState;
import im.holm.protocol.auth.AuthType;
import im.holm.protocol.auth.AuthVerdict;
import im.holm.protocol.auth.SpecRule;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.Redaction;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.sketch.SketchBranch;
import im.holm.protocol.state.StateMap;
import im.holm.protocol.state.StateResolution;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A room version of our own, made of version 12 and of all four things in which one may differ:
/// types with rules, what of them is selected, power events, and what a redaction keeps.
class OwnVersionTest {
    private static final String ALICE = "@alice:one.example";
    private static final String BOB = "@bob:two.example";
    private static final String CAROL = "@carol:three.example";
    private static final String POLICY = "x.policy";
    private static final String PASS = "x.pass";

    /// One for the room, sent with the level that its type takes; `freeze` lists types that
    /// nobody sends any more.
    private static final class Policy implements AuthType {
        @Override
        public String type() {
            return POLICY;
        }

        @Override
        public List<String> selectedKeys(
                String type, UserId sender, Optional<String> stateKey, JsonObject content) {
            return List.of("");
        }

        @Override
        public Optional<AuthVerdict> judge(Pdu event, AuthState state) {
            return event.content().array("freeze").isPresent()
                    ? Optional.empty()
                    : Optional.of(AuthVerdict.denied("policy.malformed", "nothing to freeze"));
        }

        @Override
        public Optional<AuthVerdict.Denied> veto(Pdu event, AuthState state) {
            return state.get(StateKey.of(POLICY))
                    .flatMap(policy -> policy.content().array("freeze"))
                    .filter(frozen -> frozen.strings().orElse(List.of()).contains(event.type()))
                    .map(frozen -> AuthVerdict.denied("policy.frozen", event.type() + " rests"));
        }
    }

    /// One for each server, sent by anybody there; no event has to do with a server whose pass
    /// is not good.
    private static final class Pass implements AuthType {
        @Override
        public String type() {
            return PASS;
        }

        @Override
        public List<String> selectedKeys(
                String type, UserId sender, Optional<String> stateKey, JsonObject content) {
            Set<String> servers = new LinkedHashSet<>();
            servers.add(sender.server().toString());
            if (type.equals(EventTypes.MEMBER)) {
                stateKey.flatMap(UserId::parse)
                        .ifPresent(target -> servers.add(target.server().toString()));
            }
            return List.copyOf(servers);
        }

        @Override
        public Optional<AuthVerdict> judge(Pdu event, AuthState state) {
            String server = event.sender().server().toString();
            return Optional.of(
                    event.stateKey().equals(Optional.of(server))
                            ? new AuthRule.Own("pass.allowed").allows()
                            : AuthVerdict.denied("pass.other_server", "not " + server));
        }

        @Override
        public Optional<AuthVerdict.Denied> veto(Pdu event, AuthState state) {
            return selectedKeys(event.type(), event.sender(), event.stateKey(), event.content())
                    .stream()
                    .filter(server -> state.get(new StateKey(PASS, server))
                            .flatMap(pass -> pass.content().bool("good"))
                            .filter(good -> !good)
                            .isPresent())
                    .findFirst()
                    .map(server -> AuthVerdict.denied("pass.bad", "the pass of " + server));
        }
    }

    /// Asks of create events that they have something of this name; selects nothing.
    private record Regional(String type) implements AuthType {
        @Override
        public List<String> selectedKeys(
                String selecting, UserId sender, Optional<String> stateKey, JsonObject content) {
            return List.of();
        }

        @Override
        public Optional<AuthVerdict> judge(Pdu event, AuthState state) {
            return Optional.empty();
        }

        @Override
        public Optional<AuthVerdict.Denied> veto(Pdu event, AuthState state) {
            boolean misses =
                    event.type().equals(EventTypes.CREATE) && !event.content().has(type);
            return misses
                    ? Optional.of(AuthVerdict.denied("region", "no region"))
                    : Optional.empty();
        }
    }

    private static final RoomVersion POWERLESS = RulesDraft.derive(RoomVersions.V12, "x.12", v -> {
        v.ownAuthTypes.add(new Policy());
        v.ownAuthTypes.add(new Pass());
        v.redactions(keeps -> keeps.with(POLICY, ContentKeys.ALL)
                .with(PASS, ContentKeys.of("good"))
                .with(EventTypes.MEMBER, ContentKeys.of("membership", "x.pass")));
    });
    private static final RoomVersion VERSION = RulesDraft.derive(POWERLESS, "x.12.1", v -> {
        v.powerEventTypes.add(POLICY);
        v.powerEventTypes.add(PASS);
    });
    private static final JsonObject GOOD = Json.of("{'good': true}");
    private static final JsonObject BAD = Json.of("{'good': false}");

    private static JsonObject freeze(String type) {
        return Json.of("{'freeze': ['" + type + "']}");
    }

    /// Alice's public room, with Bob as a moderator and Carol without any power.
    private static SketchBranch room(RoomVersion version) {
        SketchBranch main = RoomSketch.open(version, ALICE).main();
        main.powerLevels(ALICE, Json.of("{'users': {'" + BOB + "': 50}}"));
        main.joinRule(ALICE, "public");
        main.join(BOB);
        main.join(CAROL);
        return main;
    }

    private static String denied(AuthVerdict verdict) {
        return verdict instanceof AuthVerdict.Denied(AuthRule rule, String reason)
                ? rule.label(VERSION) + ": " + reason
                : "allowed";
    }

    @Test
    void eventsSelectTheOwnStateThatConcernsThem() {
        SketchBranch main = room(VERSION);
        int policy = main.state(ALICE, POLICY, "", freeze("m.room.name"));
        int ones = main.state(ALICE, PASS, "one.example", GOOD);
        int twos = main.state(BOB, PASS, "two.example", GOOD);
        RoomSketch room = main.room();
        assertThat(room.auth(main.message(BOB, "hello")))
                .contains(policy, twos)
                .doesNotContain(ones);
        int kick = main.kick(ALICE, BOB);
        assertThat(room.auth(kick)).contains(policy, ones, twos);
        assertThat(AuthSelection.typesFor(room.event(kick)))
                .isEqualTo(List.of(
                        StateKey.POWER_LEVELS,
                        StateKey.member(UserId.of(ALICE)),
                        StateKey.of(POLICY),
                        new StateKey(PASS, "one.example"),
                        new StateKey(PASS, "two.example"),
                        StateKey.member(UserId.of(BOB))));
        assertThat(AuthSelection.typesFor(room.event(1))).isEmpty();
    }

    @Test
    void anAuthEventOfAnOwnTypeThatIsNotSelectedIsRefused() {
        SketchBranch main = room(VERSION);
        int ones = main.state(ALICE, PASS, "one.example", GOOD);
        RoomSketch room = main.room();
        Pdu message = room.event(main.message(BOB, "hello"));
        AuthVerdict verdict = AuthEventList.check(
                message, List.of(new AuthEventList.Entry(room.event(ones), false)));
        assertThat(verdict.rule()).isEqualTo(SpecRule.AUTH_EVENTS_UNSELECTED);
    }

    @Test
    void theRuleOfAnOwnTypeDecidesWithoutALevelOrLeavesItToTheLevel() {
        SketchBranch main = room(VERSION);
        AuthVerdict carols = main.verdict(CAROL, PASS, "three.example", GOOD);
        assertThat(carols.isAllowed()).isTrue();
        assertThat(carols.rule()).isEqualTo(new AuthRule.Own("pass.allowed"));
        assertThat(denied(main.verdict(CAROL, PASS, "one.example", GOOD)))
                .isEqualTo("pass.other_server: not three.example");
        assertThat(denied(main.verdict(CAROL, PASS, GOOD)))
                .isEqualTo("pass.other_server: not three.example");
        assertThat(denied(main.verdict(ALICE, POLICY, "", JsonObject.EMPTY)))
                .isEqualTo("policy.malformed: nothing to freeze");
        assertThat(main.verdict(CAROL, POLICY, "", freeze("x")).rule())
                .isEqualTo(SpecRule.SENDER_LEVEL);
        assertThat(main.verdict(BOB, POLICY, "", freeze("x"))).isEqualTo(SpecRule.ALLOWED.allows());
    }

    @Test
    void whoeverIsNotInTheRoomIsRefusedBeforeTheOwnRule() {
        SketchBranch main = room(VERSION);
        AuthVerdict verdict = main.verdict("@dave:four.example", PASS, "four.example", GOOD);
        assertThat(verdict.rule()).isEqualTo(SpecRule.SENDER_NOT_JOINED);
    }

    @Test
    void anOwnTypeForbidsWhatTheRulesOfMatrixAllow() {
        SketchBranch main = room(VERSION);
        assertThat(main.verdict(BOB, EventTypes.TOPIC, "", JsonObject.EMPTY).isAllowed())
                .isTrue();
        main.state(ALICE, POLICY, "", freeze(EventTypes.TOPIC));
        assertThat(denied(main.verdict(BOB, EventTypes.TOPIC, "", JsonObject.EMPTY)))
                .isEqualTo("policy.frozen: m.room.topic rests");
        main.state(CAROL, PASS, "three.example", BAD);
        assertThat(denied(main.verdict(CAROL, EventTypes.MESSAGE, JsonObject.EMPTY)))
                .isEqualTo("pass.bad: the pass of three.example");
        JsonObject invite = Json.of("{'membership': 'invite'}");
        assertThat(denied(main.verdict(BOB, EventTypes.MEMBER, "@erin:three.example", invite)))
                .isEqualTo("pass.bad: the pass of three.example");
        assertThat(main.verdict(BOB, EventTypes.MEMBER, "@erin:five.example", invite)
                        .isAllowed())
                .isTrue();
    }

    /// A veto turns what is allowed into what is not, never the other way round.
    @Test
    void whatMatrixForbidsKeepsItsReason() {
        SketchBranch main = room(VERSION);
        main.state(ALICE, POLICY, "", freeze(EventTypes.TOPIC));
        assertThat(main.verdict(CAROL, EventTypes.TOPIC, "", JsonObject.EMPTY).rule())
                .isEqualTo(SpecRule.SENDER_LEVEL);
    }

    /// An own type does not veto events of its own; others do.
    @Test
    void anOwnTypeIsUnderTheVetoOfTheOthersOnly() {
        SketchBranch main = room(VERSION);
        main.state(BOB, PASS, "two.example", BAD);
        assertThat(main.verdict(BOB, PASS, "two.example", GOOD).isAllowed()).isTrue();
        assertThat(denied(main.verdict(BOB, POLICY, "", freeze("x"))))
                .isEqualTo("pass.bad: the pass of two.example");
        main.state(ALICE, POLICY, "", freeze(PASS));
        assertThat(denied(main.verdict(BOB, PASS, "two.example", GOOD)))
                .isEqualTo("policy.frozen: x.pass rests");
        assertThat(main.verdict(ALICE, POLICY, "", freeze(POLICY)).isAllowed()).isTrue();
    }

    /// A create event selects nothing, yet a veto may ask something of it.
    @Test
    void aVetoReachesCreateEvents() {
        RoomVersion asking = RulesDraft.derive(
                RoomVersions.V12, "x.12.2", v -> v.ownAuthTypes.add(new Regional("x.region")));
        assertThat(denied(RoomSketch.open(asking, ALICE).verdict(1)))
                .isEqualTo("region: no region");
        RoomSketch room = RoomSketch.open(asking, ALICE, Json.of("{'x.region': 'eu'}"));
        assertThat(room.verdict(1)).isEqualTo(SpecRule.CREATE_ALLOWED.allows());
        assertThat(room.verdict(2).isAllowed()).isTrue();
    }

    /// Bob's topic is older than the policy that freezes topics. As a power event the policy is
    /// applied first all the same; as any other event it comes after.
    @Test
    void aPowerEventOfAnOwnTypeIsOrderedAsOne() {
        for (RoomVersion version : List.of(VERSION, POWERLESS)) {
            SketchBranch main = room(version);
            SketchBranch other = main.fork();
            int topic = other.topic(BOB, "older");
            int policy = main.state(ALICE, POLICY, "", freeze(EventTypes.TOPIC));
            StateMap merged = main.merge(other).state();
            assertThat(merged.find(StateKey.of(POLICY))).isEqualTo(policy);
            assertThat(merged.find(StateKey.of(EventTypes.TOPIC)))
                    .as(version.id())
                    .isEqualTo(version == VERSION ? StateMap.ABSENT : topic);
        }
    }

    /// The pass that condemned Carol's server is found by its state key.
    @Test
    void aBranchThatDidNotSeeABadPassLosesWhatItsServerDid() {
        SketchBranch main = room(VERSION);
        main.state(CAROL, PASS, "three.example", GOOD);
        SketchBranch other = main.fork();
        int name = other.state(BOB, "m.room.name", "", Json.of("{'name': 'n'}"));
        int invite = other.invite(BOB, "@erin:three.example");
        int bad = main.state(CAROL, PASS, "three.example", BAD);
        RoomSketch room = main.room();
        assertThat(room.verdict(invite).isAllowed()).isTrue();
        StateMap merged =
                StateResolution.resolve(VERSION, List.of(other.state(), main.state()), room);
        assertThat(merged.find(new StateKey(PASS, "three.example"))).isEqualTo(bad);
        assertThat(merged.find(StateKey.of("m.room.name"))).isEqualTo(name);
        assertThat(merged.find(new StateKey(EventTypes.MEMBER, "@erin:three.example")))
                .isEqualTo(StateMap.ABSENT);
    }

    @Test
    void aRedactedEventStillSaysWhatTheOwnRulesRead() {
        SketchBranch main = room(VERSION);
        JsonObject more = Json.of("{'good': false, 'freeze': ['m.room.topic'], 'note': 'n'}");
        RoomSketch room = main.room();
        Pdu policy = room.event(main.state(ALICE, POLICY, "", more));
        Pdu pass = room.event(main.state(ALICE, PASS, "one.example", more));
        Pdu join = room.event(main.state(
                BOB,
                EventTypes.MEMBER,
                BOB,
                Json.of("{'membership': 'join', 'x.pass': 'p', 'reason': 'r'}")));
        assertThat(contentAfterRedaction(policy)).isEqualTo(more);
        assertThat(contentAfterRedaction(pass)).isEqualTo(BAD);
        assertThat(contentAfterRedaction(join))
                .isEqualTo(Json.of("{'membership': 'join', 'x.pass': 'p'}"));
        assertThat(Redaction.redact(RoomVersions.V12, policy.json()).object("content"))
                .contains(JsonObject.EMPTY);
    }

    private static JsonObject contentAfterRedaction(Pdu event) {
        return Redaction.redact(VERSION, event.json()).object("content").orElseThrow();
    }

    @Test
    void theVersionsOfTheSpecificationDoNotKnowTheTypes() {
        SketchBranch main = room(RoomVersions.V12);
        int policy = main.state(ALICE, POLICY, "", freeze(EventTypes.TOPIC));
        int topic = main.topic(BOB, "free");
        assertThat(main.room().verdict(topic).isAllowed()).isTrue();
        assertThat(Arrays.stream(main.room().auth(topic)).toArray()).doesNotContain(policy);
        assertThat(AuthRules.check(main.room().event(policy), main.room().authState(main.state())))
                .isEqualTo(SpecRule.ALLOWED.allows());
    }

    @Test
    void aTypeOfMatrixIsNoTypeOfOurOwnAndNoneIsThereTwice() {
        assertThatThrownBy(() -> RulesDraft.derive(
                        VERSION, "x.twice", v -> v.ownAuthTypes.add(new Policy())))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RulesDraft.derive(
                        RoomVersions.V12,
                        "x.m",
                        v -> v.ownAuthTypes.add(new Regional("m.room.name"))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
