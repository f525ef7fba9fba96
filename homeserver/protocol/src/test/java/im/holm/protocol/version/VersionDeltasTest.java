package im.holm.protocol.version;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// Every field of every version, from the pages of the specification: no delta is missing, and none
/// is there too early or too late.
class VersionDeltasTest {
    private static final List<RoomVersion> VERSIONS = List.of(
            RoomVersions.V1,
            RoomVersions.V2,
            RoomVersions.V3,
            RoomVersions.V4,
            RoomVersions.V5,
            RoomVersions.V6,
            RoomVersions.V7,
            RoomVersions.V8,
            RoomVersions.V9,
            RoomVersions.V10,
            RoomVersions.V11,
            RoomVersions.V12);

    /// From the first to the last version, both included.
    private record Span(int first, int last) {}

    private static Span since(int first) {
        return new Span(first, 12);
    }

    private static Span until(int last) {
        return new Span(1, last);
    }

    private static void check(String what, Predicate<RoomVersion> rule, Span span) {
        assertThat(VERSIONS.stream().filter(rule).map(RoomVersion::id).toList())
                .as(what)
                .isEqualTo(IntStream.rangeClosed(span.first(), span.last())
                        .mapToObj(Integer::toString)
                        .toList());
    }

    private static <T> void is(String what, Function<RoomVersion, T> field, T value, Span span) {
        check(what + " is " + value, version -> field.apply(version).equals(value), span);
    }

    @Test
    void eachVersionHasItsName() {
        assertThat(VERSIONS.stream().map(RoomVersion::toString).toList())
                .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12");
    }

    @Test
    void eachRuleHoldsFromItsVersionOn() {
        check("canonical JSON", RoomVersion::canonicalJson, since(6));
        check("key validity", RoomVersion::keyValidity, since(5));
        check("aliases", RoomVersion::aliasesRule, until(5));
        check("redactions", RoomVersion::redactionRule, until(2));
        check("notifications", RoomVersion::notificationLevels, since(6));
        check("knocking", RoomVersion::knocking, since(7));
        check("restricted joins", RoomVersion::restrictedJoins, since(8));
        check("knock_restricted", RoomVersion::knockRestrictedJoins, since(10));
        check("integer levels", RoomVersion::integerPowerLevels, since(10));
        check("creator in content", RoomVersion::creatorInContent, until(10));
        check("redacts in content", RoomVersion::redactsInContent, since(11));
        check("room id is the create hash", RoomVersion::roomIdIsCreateHash, since(12));
        check("privileged creators", RoomVersion::privilegedCreators, since(12));
        check("checked invite state", RoomVersion::checkedInviteState, since(12));
        check("chosen event ids", RoomVersion::hasChosenEventIds, until(2));
        is("tombstones", RoomVersion::tombstoneLevel, 50, until(11));
        is("tombstones", RoomVersion::tombstoneLevel, 150, since(12));
        is(
                "power events",
                RoomVersion::powerEventTypes,
                Set.of("m.room.power_levels", "m.room.join_rules"),
                since(1));
        is("own types", RoomVersion::ownAuthTypes, List.of(), since(1));
    }

    @Test
    void eachVersionHasItsIdsAndItsStateResolution() {
        is("ids", RoomVersion::eventIds, EventIdForm.CHOSEN_BY_SENDER, until(2));
        is("ids", RoomVersion::eventIds, EventIdForm.HASH_STANDARD_BASE64, new Span(3, 3));
        is("ids", RoomVersion::eventIds, EventIdForm.HASH_URL_SAFE_BASE64, since(4));
        is("state", RoomVersion::stateAlgorithm, StateAlgorithm.V1, until(1));
        is("state", RoomVersion::stateAlgorithm, StateAlgorithm.V2, new Span(2, 11));
        is("state", RoomVersion::stateAlgorithm, StateAlgorithm.V2_1, since(12));
    }

    private static void keeps(String type, ContentKeys keys, Span span) {
        is(type, version -> version.redactionKeeps().contentOf(type), keys, span);
    }

    private static ContentKeys keys(String... keys) {
        return new ContentKeys(false, Set.of(keys), Map.of());
    }

    @Test
    void eachVersionsRedactionKeepsWhatItsPageSays() {
        keeps("m.room.member", keys("membership"), until(8));
        keeps(
                "m.room.member",
                keys("membership", "join_authorised_via_users_server"),
                new Span(9, 10));
        keeps(
                "m.room.member",
                new ContentKeys(
                        false,
                        Set.of("membership", "join_authorised_via_users_server"),
                        Map.of("third_party_invite", Set.of("signed"))),
                since(11));
        keeps("m.room.create", keys("creator"), until(10));
        keeps("m.room.create", new ContentKeys(true, Set.of(), Map.of()), since(11));
        keeps("m.room.join_rules", keys("join_rule"), until(7));
        keeps("m.room.join_rules", keys("join_rule", "allow"), since(8));
        keeps("m.room.aliases", keys("aliases"), until(5));
        keeps("m.room.aliases", ContentKeys.NONE, since(6));
        keeps("m.room.history_visibility", keys("history_visibility"), since(1));
        keeps("m.room.redaction", ContentKeys.NONE, until(10));
        keeps("m.room.redaction", keys("redacts"), since(11));
        keeps("m.room.message", ContentKeys.NONE, since(1));
        keeps("m.room.third_party_invite", ContentKeys.NONE, since(1));
        String[] old = {
            "ban",
            "events",
            "events_default",
            "kick",
            "redact",
            "state_default",
            "users",
            "users_default"
        };
        keeps("m.room.power_levels", keys(old), until(10));
        Set<String> levels = new HashSet<>(Set.of(old));
        levels.add("invite");
        keeps("m.room.power_levels", new ContentKeys(false, levels, Map.of()), since(11));
    }

    @Test
    void redactionsKeepOlderTopLevelKeysUntilVersion10() {
        Set<String> always = Set.of(
                "event_id",
                "type",
                "room_id",
                "sender",
                "state_key",
                "content",
                "hashes",
                "signatures",
                "depth",
                "prev_events",
                "auth_events",
                "origin_server_ts");
        Set<String> until10 = new HashSet<>(always);
        until10.addAll(Set.of("prev_state", "origin", "membership"));
        is("top level", version -> version.redactionKeeps().topLevel(), until10, until(10));
        is("top level", version -> version.redactionKeeps().topLevel(), always, since(11));
    }
}
