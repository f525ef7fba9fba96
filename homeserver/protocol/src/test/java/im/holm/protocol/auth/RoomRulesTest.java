package im.holm.protocol.auth;

import static im.holm.protocol.auth.MembershipRulesTest.ALICE;
import static im.holm.protocol.auth.MembershipRulesTest.BOB;
import static im.holm.protocol.auth.MembershipRulesTest.CAROL;
import static im.holm.protocol.auth.MembershipRulesTest.DAVE;
import static im.holm.protocol.auth.MembershipRulesTest.levels;
import static im.holm.protocol.auth.MembershipRulesTest.room;
import static im.holm.protocol.sketch.Verdicts.ALLOWED;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.ContentHash;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.sketch.SketchBranch;
import im.holm.protocol.sketch.Verdicts;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Optional;
import java.util.stream.Stream;

/// Create events, federation, levels, aliases, redactions: every rule that is not about
/// memberships or power levels.
class RoomRulesTest {
    static Stream<RoomVersion> versions() {
        return Stream.of(RoomVersions.V11, RoomVersions.V12);
    }

    private static Pdu unsigned(RoomVersion version, String json) {
        JsonObject event = ContentHash.addTo(Json.of(json)).with("signatures", JsonObject.EMPTY);
        return PduParser.parse(version, event)
                .wellFormed()
                .orElseThrow(() -> new AssertionError(PduParser.parse(version, event)));
    }

    private static final AuthState NOTHING = key -> Optional.empty();

    private static String create(RoomVersion version, String more) {
        String json = "{'type': 'm.room.create', 'state_key': '', 'sender': '" + ALICE
                + "', 'depth': 1, 'origin_server_ts': 1, 'auth_events': [], " + more + "}";
        return Verdicts.rule(AuthRules.check(unsigned(version, json), NOTHING));
    }

    @Test
    void aCreateEventOfVersion12NamesTheRoomAndIsTheFirst() {
        RoomVersion version = RoomVersions.V12;
        assertThat(create(version, "'prev_events': [], 'content': {}")).isEqualTo(ALLOWED);
        assertThat(create(version, "'prev_events': [], 'content': {'room_version': '12'}"))
                .isEqualTo(ALLOWED);
        assertThat(create(version, "'content': {}, 'prev_events': ['$" + "A".repeat(43) + "']"))
                .isEqualTo("create.prev_events");
        assertThat(create(version, "'prev_events': [], 'content': {}, 'room_id': '!a:one.example'"))
                .isEqualTo("create.room_id");
        assertThat(create(version, "'prev_events': [], 'content': {'room_version': '11'}"))
                .isEqualTo("create.room_version");
        assertThat(create(version, "'prev_events': [], 'content': {'room_version': 12}"))
                .isEqualTo("create.room_version");
    }

    @Test
    void additionalCreatorsMustBeUsers() {
        RoomVersion version = RoomVersions.V12;
        String start = "'prev_events': [], 'content': {'additional_creators': ";
        assertThat(create(version, start + "['" + BOB + "', '" + CAROL + "']}")).isEqualTo(ALLOWED);
        assertThat(create(version, start + "[]}")).isEqualTo(ALLOWED);
        assertThat(create(version, start + "'" + BOB + "'}"))
                .isEqualTo("create.additional_creators");
        assertThat(create(version, start + "[1]}")).isEqualTo("create.additional_creators");
        assertThat(create(version, start + "['bob']}")).isEqualTo("create.additional_creators");
        assertThat(create(version, start + "null}")).isEqualTo("create.additional_creators");
    }

    @Test
    void aCreateEventOfOlderVersionsBelongsToItsRoomsServer() {
        String room = "'room_id': '!a:one.example', 'prev_events': [], ";
        assertThat(create(RoomVersions.V11, room + "'content': {}")).isEqualTo(ALLOWED);
        assertThat(create(
                        RoomVersions.V11,
                        "'room_id': '!a:two.example', 'prev_events': [], 'content': {}"))
                .isEqualTo("create.domain");
        assertThat(create(RoomVersions.V11, "'room_id': '!a', 'prev_events': [], 'content': {}"))
                .isEqualTo("create.domain");
        assertThat(create(RoomVersions.V10, room + "'content': {}")).isEqualTo("create.creator");
        assertThat(create(RoomVersions.V10, room + "'content': {'creator': '" + ALICE + "'}"))
                .isEqualTo(ALLOWED);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void nothingIsAllowedWithoutTheRoomsOwnCreateEvent(RoomVersion version) {
        RoomSketch room = RoomSketch.open(version, ALICE);
        RoomSketch other = RoomSketch.open(version, BOB);
        Pdu join = room.event(2);
        assertThat(Verdicts.rule(AuthRules.check(join, NOTHING))).isEqualTo("room.create");
        AuthState mixed =
                key -> key.equals(StateKey.CREATE) ? Optional.of(other.event(1)) : Optional.empty();
        if (version.roomIdIsCreateHash()) {
            assertThat(Verdicts.rule(AuthRules.check(join, mixed))).isEqualTo("room.create");
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aRoomThatDoesNotFederateIsForItsCreatorsServer(RoomVersion version) {
        SketchBranch main = RoomSketch.open(version, ALICE, Json.of("{'m.federate': false}"))
                .main();
        main.joinRule(ALICE, "public");
        JsonObject join = Json.of("{'membership': 'join'}");
        assertThat(Verdicts.rule(main.verdict(BOB, EventTypes.MEMBER, BOB, join)))
                .isEqualTo("room.not_federated");
        String neighbour = "@neighbour:one.example";
        assertThat(Verdicts.rule(main.verdict(neighbour, EventTypes.MEMBER, neighbour, join)))
                .isEqualTo(ALLOWED);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void onlyMembersSend(RoomVersion version) {
        SketchBranch main = room(version);
        assertThat(Verdicts.rule(main.verdict(DAVE, EventTypes.MESSAGE, JsonObject.EMPTY)))
                .isEqualTo("sender.not_joined");
        main.invite(ALICE, DAVE);
        assertThat(Verdicts.rule(main.verdict(DAVE, EventTypes.MESSAGE, JsonObject.EMPTY)))
                .isEqualTo("sender.not_joined");
        assertThat(Verdicts.rule(main.verdict(CAROL, EventTypes.MESSAGE, JsonObject.EMPTY)))
                .isEqualTo(ALLOWED);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aTypeTakesItsLevelOrTheDefaultOfItsKind(RoomVersion version) {
        SketchBranch main = room(version);
        assertThat(Verdicts.rule(main.verdict(CAROL, EventTypes.TOPIC, "", JsonObject.EMPTY)))
                .isEqualTo("sender.level");
        assertThat(Verdicts.rule(main.verdict(BOB, EventTypes.TOPIC, "", JsonObject.EMPTY)))
                .isEqualTo(ALLOWED);
        main.powerLevels(
                ALICE,
                levels(
                        version,
                        "'" + BOB + "': 50",
                        "'events': {'m.room.topic': 0, 'x': 60}, 'events_default': 10, 'state_default': 70"));
        assertThat(Verdicts.rule(main.verdict(CAROL, EventTypes.TOPIC, "", JsonObject.EMPTY)))
                .isEqualTo(ALLOWED);
        assertThat(Verdicts.rule(main.verdict(BOB, "x", JsonObject.EMPTY)))
                .isEqualTo("sender.level");
        assertThat(Verdicts.rule(main.verdict(CAROL, EventTypes.MESSAGE, JsonObject.EMPTY)))
                .isEqualTo("sender.level");
        assertThat(Verdicts.rule(main.verdict(BOB, EventTypes.NAME, "", JsonObject.EMPTY)))
                .isEqualTo("sender.level");
        assertThat(Verdicts.rule(main.verdict(ALICE, EventTypes.NAME, "", JsonObject.EMPTY)))
                .isEqualTo(ALLOWED);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void stateUnderAUsersIdIsThatUsersOwn(RoomVersion version) {
        SketchBranch main = room(version);
        assertThat(Verdicts.rule(main.verdict(BOB, "x", CAROL, JsonObject.EMPTY)))
                .isEqualTo("state_key.other_user");
        assertThat(Verdicts.rule(main.verdict(BOB, "x", "@", JsonObject.EMPTY)))
                .isEqualTo("state_key.other_user");
        assertThat(Verdicts.rule(main.verdict(BOB, "x", BOB, JsonObject.EMPTY))).isEqualTo(ALLOWED);
        assertThat(Verdicts.rule(main.verdict(BOB, "x", "device", JsonObject.EMPTY)))
                .isEqualTo(ALLOWED);
    }

    @Test
    void oldVersionsLetAServerStateItsOwnAliases() {
        SketchBranch main = room(RoomVersions.V5);
        JsonObject none = JsonObject.EMPTY;
        assertThat(Verdicts.rule(main.verdict(CAROL, EventTypes.ALIASES, none)))
                .isEqualTo("aliases.no_state_key");
        assertThat(Verdicts.rule(main.verdict(CAROL, EventTypes.ALIASES, "two.example", none)))
                .isEqualTo("aliases.other_server");
        assertThat(Verdicts.rule(main.verdict(CAROL, EventTypes.ALIASES, "three.example", none)))
                .isEqualTo(ALLOWED);
        assertThat(Verdicts.rule(room(RoomVersions.V6)
                        .verdict(CAROL, EventTypes.ALIASES, "three.example", none)))
                .isEqualTo("sender.level");
    }

    /// Versions 1 and 2: their events are read, though not made, here.
    @Test
    void inTheFirstVersionsRedactingOthersTakesTheLevel() {
        assertThat(redaction("$r:two.example", "$m:two.example", BOB)).isEqualTo(ALLOWED);
        assertThat(redaction("$r:two.example", "$m:one.example", BOB))
                .isEqualTo("redaction.otherwise");
        assertThat(redaction("$r:one.example", "$m:two.example", ALICE)).isEqualTo(ALLOWED);
    }

    private static String redaction(String id, String target, String sender) {
        RoomVersion version = RoomVersions.V1;
        String common = "'room_id': '!a:one.example', 'depth': 1, 'origin_server_ts': 1,"
                + " 'prev_events': [['$p:one.example', {}]], 'auth_events': [], ";
        Pdu create = unsigned(
                version,
                "{" + common
                        + "'event_id': '$c:one.example', 'type': 'm.room.create', 'state_key': '',"
                        + " 'sender': '" + ALICE + "', 'content': {'creator': '" + ALICE + "'}}");
        Pdu member = unsigned(
                version,
                "{" + common
                        + "'event_id': '$j:one.example', 'type': 'm.room.member', 'state_key': '"
                        + sender + "', 'sender': '" + sender
                        + "', 'content': {'membership': 'join'}}");
        Pdu event = unsigned(
                version,
                "{" + common + "'event_id': '" + id + "', 'type': 'm.room.redaction', 'redacts': '"
                        + target + "', 'sender': '" + sender + "', 'content': {}}");
        return Verdicts.rule(AuthRules.check(event, key -> {
            if (key.equals(StateKey.CREATE)) {
                return Optional.of(create);
            }
            return key.type().equals(EventTypes.MEMBER) ? Optional.of(member) : Optional.empty();
        }));
    }

    @Test
    void laterVersionsTreatRedactionsLikeAnyEvent() {
        SketchBranch main = room(RoomVersions.V11);
        assertThat(Verdicts.rule(
                        main.verdict(CAROL, EventTypes.REDACTION, Json.of("{'redacts': '$x'}"))))
                .isEqualTo(ALLOWED);
    }
}
