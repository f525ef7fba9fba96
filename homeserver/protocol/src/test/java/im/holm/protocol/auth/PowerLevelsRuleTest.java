package im.holm.protocol.auth;

import static im.holm.protocol.auth.MembershipRulesTest.ALICE;
import static im.holm.protocol.auth.MembershipRulesTest.BOB;
import static im.holm.protocol.auth.MembershipRulesTest.CAROL;
import static im.holm.protocol.auth.MembershipRulesTest.levels;
import static im.holm.protocol.auth.MembershipRulesTest.room;
import static im.holm.protocol.sketch.Verdicts.ALLOWED;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.EventTypes;
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

import java.util.stream.Stream;

/// Rule 10 (11: 9), branch by branch.
class PowerLevelsRuleTest {
    private static final String BEYOND_DOUBLE = "9".repeat(400);

    static Stream<RoomVersion> versions() {
        return Stream.of(RoomVersions.V11, RoomVersions.V12);
    }

    private static String set(SketchBranch branch, String sender, JsonObject content) {
        return Verdicts.rule(branch.verdict(sender, EventTypes.POWER_LEVELS, "", content));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void everyLevelMustBeAnInteger(RoomVersion version) {
        SketchBranch main = room(version);
        for (String name : new String[] {
            "users_default", "events_default", "state_default", "ban", "redact", "kick", "invite"
        }) {
            assertThat(set(main, ALICE, Json.of("{'" + name + "': '50'}")))
                    .as(name)
                    .isEqualTo("power_levels.malformed");
            assertThat(set(main, ALICE, Json.of("{'" + name + "': null}")))
                    .as(name)
                    .isEqualTo("power_levels.malformed");
        }
        for (String name : new String[] {"events", "notifications"}) {
            assertThat(set(main, ALICE, Json.of("{'" + name + "': {'x': '5'}}")))
                    .isEqualTo("power_levels.malformed_entry");
            assertThat(set(main, ALICE, Json.of("{'" + name + "': []}")))
                    .isEqualTo("power_levels.malformed_entry");
        }
        assertThat(set(main, ALICE, Json.of("{'users': {'bob': 1}}")))
                .isEqualTo("power_levels.malformed_users");
        assertThat(set(main, ALICE, Json.of("{'users': {'" + BOB + "': '1'}}")))
                .isEqualTo("power_levels.malformed_users");
        assertThat(set(main, ALICE, Json.of("{'users': []}")))
                .isEqualTo("power_levels.malformed_users");
    }

    @Test
    void oldVersionsTakeStringsThatHoldIntegers() {
        SketchBranch main = room(RoomVersions.V9);
        JsonObject strings = Json.of(
                "{'users': {'" + ALICE + "': ' +100 ', '" + BOB + "': '0050'}, 'ban': '-5'}");
        assertThat(set(main, ALICE, strings)).isEqualTo(ALLOWED);
        main.powerLevels(ALICE, strings);
        for (String unreadable : new String[] {"'5.5'", "'x'", "[]", "null"}) {
            JsonObject ban = strings.with(
                    "ban", Json.of("{'x': " + unreadable + "}").get("x").orElseThrow());
            assertThat(set(main, ALICE, ban)).as(unreadable).isEqualTo("power_levels.named.new");
        }
        assertThat(set(main, ALICE, strings.with("ban", -5))).isEqualTo(ALLOWED);
        PowerLevels levels = PowerLevels.in(RoomVersions.V9, main.room().authState(main.state()));
        assertThat(levels.ofUser(ALICE)).isEqualTo(100);
        assertThat(levels.ofUser(BOB)).isEqualTo(50);
        assertThat(levels.toBan()).isEqualTo(-5);
    }

    @Test
    void theOldestVersionsCutFloats() {
        SketchBranch main = room(RoomVersions.V5);
        JsonObject floats = Json.of("{'users': {'" + ALICE + "': 1.005e2, '" + BOB + "': 50.57}}");
        assertThat(set(main, ALICE, floats)).isEqualTo(ALLOWED);
        main.powerLevels(ALICE, floats);
        PowerLevels levels = PowerLevels.in(RoomVersions.V5, main.room().authState(main.state()));
        assertThat(levels.ofUser(ALICE)).isEqualTo(100);
        assertThat(levels.ofUser(BOB)).isEqualTo(50);
        assertThat(set(main, ALICE, Json.of("{'users': {'" + ALICE + "': " + BEYOND_DOUBLE + "}}")))
                .isEqualTo("power_levels.malformed_users");
        assertThat(set(
                        main,
                        ALICE,
                        floats.with(
                                "ban",
                                Json.of("{'x': " + BEYOND_DOUBLE + "}").get("x").orElseThrow())))
                .isEqualTo("power_levels.named.new");
    }

    @Test
    void beforeVersionTenNoRuleAsksForTheFormOfOtherLevelsThanUsers() {
        SketchBranch main = RoomSketch.open(RoomVersions.V9, ALICE).main();
        JsonObject odd = Json.of("{'users': {'" + ALICE + "': 100}, 'kick': 'x', 'events': 5}");
        assertThat(set(main, ALICE, odd)).isEqualTo(ALLOWED);
        main.powerLevels(ALICE, odd);
        assertThat(set(main, ALICE, odd.with("invite", 5))).isEqualTo(ALLOWED);
        assertThat(set(main, ALICE, odd.with("kick", "y"))).isEqualTo("power_levels.named.new");
        assertThat(set(main, ALICE, odd.with("kick", 100))).isEqualTo(ALLOWED);
        assertThat(set(main, ALICE, odd.with("events", "x"))).isEqualTo("power_levels.entry.new");
        assertThat(set(main, ALICE, odd.without("events"))).isEqualTo(ALLOWED);
        PowerLevels levels = PowerLevels.in(RoomVersions.V9, main.room().authState(main.state()));
        assertThat(levels.toKick()).isEqualTo(50);
    }

    @Test
    void aCreatorsLevelCannotBeSetWhereCreatorsArePrivileged() {
        SketchBranch main = RoomSketch.open(
                        RoomVersions.V12,
                        ALICE,
                        Json.of("{'additional_creators': ['" + BOB + "']}"))
                .main();
        assertThat(set(main, ALICE, Json.of("{'users': {'" + ALICE + "': 100}}")))
                .isEqualTo("power_levels.creator");
        assertThat(set(main, ALICE, Json.of("{'users': {'" + BOB + "': 100}}")))
                .isEqualTo("power_levels.creator");
        assertThat(set(main, ALICE, Json.of("{'users': {'" + CAROL + "': 9007199254740991}}")))
                .isEqualTo(ALLOWED);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void theFirstPowerLevelsMaySetAnything(RoomVersion version) {
        SketchBranch main = RoomSketch.open(version, ALICE).main();
        assertThat(set(main, ALICE, Json.of("{'users': {'" + BOB + "': 1000}, 'ban': 1000}")))
                .isEqualTo(ALLOWED);
    }

    /// Bob has 50; Alice outranks him; `kick` is 60 and beyond him.
    private static SketchBranch ranked(RoomVersion version) {
        SketchBranch main = room(version);
        main.powerLevels(ALICE, ranks(version, ""));
        return main;
    }

    private static JsonObject ranks(RoomVersion version, String more) {
        return levels(
                version,
                "'" + BOB + "': 50, '" + CAROL + "': 50",
                "'kick': 60, 'ban': 40, 'events': {'high': 60, 'low': 40, 'm.room.power_levels': 50},"
                        + " 'notifications': {'room': 60}" + more);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whatIsAboveTheSenderIsNotTouched(RoomVersion version) {
        SketchBranch main = ranked(version);
        JsonObject same = ranks(version, "");
        assertThat(set(main, BOB, same)).isEqualTo(ALLOWED);
        assertThat(set(main, BOB, same.with("kick", 50))).isEqualTo("power_levels.named.current");
        assertThat(set(main, BOB, same.without("kick"))).isEqualTo("power_levels.named.current");
        assertThat(set(main, BOB, same.with("ban", 51))).isEqualTo("power_levels.named.new");
        assertThat(set(main, BOB, same.with("redact", 51))).isEqualTo("power_levels.named.new");
        assertThat(set(main, BOB, same.with("ban", 50))).isEqualTo(ALLOWED);
        assertThat(set(main, BOB, same.without("ban"))).isEqualTo(ALLOWED);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void entriesOfEventsAndNotificationsAreTreatedAlike(RoomVersion version) {
        SketchBranch main = ranked(version);
        JsonObject same = ranks(version, "");
        JsonObject events = same.object("events").orElseThrow();
        assertThat(set(main, BOB, same.with("events", events.without("high"))))
                .isEqualTo("power_levels.entry.current");
        assertThat(set(main, BOB, same.with("events", events.with("high", 10))))
                .isEqualTo("power_levels.entry.current");
        assertThat(set(main, BOB, same.with("events", events.with("low", 51))))
                .isEqualTo("power_levels.entry.new");
        assertThat(set(main, BOB, same.with("events", events.with("new", 51))))
                .isEqualTo("power_levels.entry.new");
        assertThat(set(main, BOB, same.with("events", events.with("new", 50).without("low"))))
                .isEqualTo(ALLOWED);
        assertThat(set(main, BOB, same.with("notifications", JsonObject.EMPTY)))
                .isEqualTo("power_levels.entry.current");
        assertThat(set(main, BOB, same.without("notifications")))
                .isEqualTo("power_levels.entry.current");
    }

    @Test
    void theOldestVersionsLeaveNotificationsAlone() {
        SketchBranch main = ranked(RoomVersions.V5);
        assertThat(set(main, BOB, ranks(RoomVersions.V5, "").without("notifications")))
                .isEqualTo(ALLOWED);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void peersAreNotTouchedAndNobodyIsRaisedAboveTheSender(RoomVersion version) {
        SketchBranch main = ranked(version);
        JsonObject same = ranks(version, "");
        JsonObject users = same.object("users").orElseThrow();
        assertThat(set(main, BOB, same.with("users", users.with(CAROL, 10))))
                .isEqualTo("power_levels.user.current");
        assertThat(set(main, BOB, same.with("users", users.without(CAROL))))
                .isEqualTo("power_levels.user.current");
        assertThat(set(main, BOB, same.with("users", users.with("@erin:five.example", 51))))
                .isEqualTo("power_levels.user.new");
        assertThat(set(main, BOB, same.with("users", users.with("@erin:five.example", 50))))
                .isEqualTo(ALLOWED);
        assertThat(set(main, BOB, same.with("users", users.with(BOB, 51))))
                .isEqualTo("power_levels.user.new");
        assertThat(set(main, BOB, same.with("users", users.with(BOB, 10)))).isEqualTo(ALLOWED);
        assertThat(set(main, BOB, same.with("users", users.without(BOB)))).isEqualTo(ALLOWED);
    }

    @Test
    void withoutPowerLevelsTheCreatorHasAHundredAndOthersNothing() {
        RoomSketch room = RoomSketch.open(RoomVersions.V11, ALICE);
        PowerLevels levels = PowerLevels.in(RoomVersions.V11, room.authState(room.stateAfter(2)));
        assertThat(levels.ofUser(ALICE)).isEqualTo(100);
        assertThat(levels.ofUser(BOB)).isZero();
        assertThat(levels.toSend(EventTypes.TOPIC, true)).isEqualTo(50);
        assertThat(levels.toSend(EventTypes.MESSAGE, false)).isZero();
        assertThat(levels.toInvite()).isZero();
        assertThat(levels.toKick()).isEqualTo(50);
        assertThat(levels.toBan()).isEqualTo(50);
        assertThat(levels.toRedact()).isEqualTo(50);
        assertThat(levels.toNotify("room")).isEqualTo(50);
    }

    @Test
    void aPrivilegedCreatorIsAboveEveryLevelThatCanBeWritten() {
        RoomSketch room = RoomSketch.open(RoomVersions.V12, ALICE);
        PowerLevels levels = PowerLevels.in(RoomVersions.V12, room.authState(room.stateAfter(2)));
        assertThat(levels.ofUser(ALICE)).isEqualTo(PowerLevels.INFINITE);
        assertThat(levels.ofUser(BOB)).isZero();
    }
}
