package im.holm.protocol.visibility;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.sketch.SketchBranch;
import im.holm.protocol.state.StateMap;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class EventVisibilityTest {
    private static final String ALICE = "@alice:one.example";
    private static final String BOB = "@bob:two.example";

    /// The specification's table; the last column says whether the user may see.
    @ParameterizedTest
    @CsvSource({
        "WORLD_READABLE, leave, false, true",
        "WORLD_READABLE, ban, false, true",
        "SHARED, join, false, true",
        "SHARED, leave, true, true",
        "SHARED, leave, false, false",
        "SHARED, invite, false, false",
        "SHARED, invite, true, true",
        "INVITED, invite, false, true",
        "INVITED, join, false, true",
        "INVITED, leave, true, false",
        "INVITED, knock, true, false",
        "JOINED, join, false, true",
        "JOINED, invite, true, false",
        "JOINED, leave, true, false",
        "JOINED, ban, true, false"
    })
    void theTableHolds(
            HistoryVisibility visibility, String membership, boolean later, boolean sees) {
        assertThat(EventVisibility.maySee(visibility, membership, later)).isEqualTo(sees);
    }

    private static AuthState before(SketchBranch branch) {
        RoomSketch room = branch.room();
        StateMap state = branch.state();
        return room.authState(state);
    }

    private static boolean sees(SketchBranch branch, int ev, AuthState before, boolean later) {
        return EventVisibility.maySee(branch.room().event(ev), UserId.of(BOB), before, later);
    }

    private static SketchBranch room(String visibility) {
        SketchBranch main = RoomSketch.open(RoomVersions.V12, ALICE).main();
        main.joinRule(ALICE, "public");
        main.state(
                ALICE,
                EventTypes.HISTORY_VISIBILITY,
                "",
                Json.of("{'history_visibility': '" + visibility + "'}"));
        return main;
    }

    @Test
    void anUnknownOrMissingSettingMeansShared() {
        assertThat(HistoryVisibility.in(before(room("public"))))
                .isEqualTo(HistoryVisibility.SHARED);
        assertThat(HistoryVisibility.in(key -> java.util.Optional.empty()))
                .isEqualTo(HistoryVisibility.SHARED);
        for (HistoryVisibility setting : HistoryVisibility.values()) {
            String name = setting.name().toLowerCase(java.util.Locale.ROOT);
            assertThat(HistoryVisibility.in(before(room(name)))).isEqualTo(setting);
        }
    }

    @Test
    void aUserSeesTheirOwnJoinAndLeaveInAJoinedRoom() {
        SketchBranch main = room("joined");
        AuthState beforeJoin = before(main);
        int message = main.message(ALICE, "before");
        assertThat(sees(main, message, beforeJoin, true)).isFalse();
        int join = main.join(BOB);
        assertThat(sees(main, join, beforeJoin, false)).isTrue();
        AuthState joined = before(main);
        int kick = main.kick(ALICE, BOB);
        assertThat(sees(main, kick, joined, false)).isTrue();
        AuthState left = before(main);
        assertThat(sees(main, main.message(ALICE, "after"), left, false)).isFalse();
    }

    @Test
    void aChangeOfTheSettingIsSeenByWhoeverEitherSettingLets() {
        SketchBranch main = room("joined");
        AuthState closed = before(main);
        int opening = main.state(
                ALICE,
                EventTypes.HISTORY_VISIBILITY,
                "",
                Json.of("{'history_visibility': 'world_readable'}"));
        assertThat(sees(main, opening, closed, false)).isTrue();
        AuthState open = before(main);
        int closing = main.state(
                ALICE,
                EventTypes.HISTORY_VISIBILITY,
                "",
                Json.of("{'history_visibility': 'joined'}"));
        assertThat(sees(main, closing, open, false)).isTrue();
        int again = main.state(
                ALICE,
                EventTypes.HISTORY_VISIBILITY,
                "",
                Json.of("{'history_visibility': 'invited'}"));
        assertThat(sees(main, again, before(room("joined")), false)).isFalse();
    }

    @Test
    void aMessageIsJudgedByTheStateBeforeIt() {
        SketchBranch main = room("invited");
        main.invite(ALICE, BOB);
        assertThat(sees(main, main.message(ALICE, "hello"), before(main), false))
                .isTrue();
        assertThat(sees(
                        main,
                        main.state(ALICE, "x", "", JsonObject.EMPTY),
                        before(room("joined")),
                        true))
                .isFalse();
    }

    @Test
    void aServerMayHaveWhatOneOfItsUsersMaySee() {
        assertThat(EventVisibility.mayServerSee(HistoryVisibility.SHARED, List.of()))
                .isTrue();
        assertThat(EventVisibility.mayServerSee(HistoryVisibility.WORLD_READABLE, List.of()))
                .isTrue();
        assertThat(EventVisibility.mayServerSee(HistoryVisibility.INVITED, List.of("invite")))
                .isTrue();
        assertThat(EventVisibility.mayServerSee(HistoryVisibility.INVITED, List.of("leave")))
                .isFalse();
        assertThat(EventVisibility.mayServerSee(HistoryVisibility.JOINED, List.of("invite")))
                .isFalse();
        assertThat(EventVisibility.mayServerSee(HistoryVisibility.JOINED, List.of("leave", "join")))
                .isTrue();
    }
}
