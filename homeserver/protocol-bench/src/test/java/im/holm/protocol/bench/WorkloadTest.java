package im.holm.protocol.bench;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.state.StateMap;
import im.holm.protocol.state.StateResolution;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.Stream;

/// What is measured is what the report says.
class WorkloadTest {
    static Stream<RoomVersion> versions() {
        return Stream.of(RoomVersions.V11, RoomVersions.V12);
    }

    private static StateMap resolve(Dispute dispute) {
        return StateResolution.resolve(dispute.version(), dispute.states(), dispute.room());
    }

    private static String member(Dispute dispute, StateMap state, int user, String field) {
        int ev = state.find(StateKey.member(UserId.of(BulkRoom.user(user))));
        return dispute.room().event(ev).content().string(field).orElseThrow();
    }

    @Test
    void theMessageIsReceivedAndAuthorized() {
        assertThat(new EventBench().receive().pdu().sizeBytes()).isEqualTo(1_024);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aDisputeHasAsManyConflictedEventsAsItSays(RoomVersion version) {
        Dispute dispute = Dispute.of(version, 100);
        assertThat(dispute.states().getFirst().diff(dispute.states().getLast()))
                .filteredOn(change -> !change.key().equals(StateKey.POWER_LEVELS))
                .hasSize(50)
                .allMatch(change -> change.before() > 0 && change.after() > 0);
        StateMap resolved = resolve(dispute);
        assertThat(member(dispute, resolved, 11, "membership")).isEqualTo("ban");
        assertThat(member(dispute, resolved, 10, "displayname")).isEqualTo("Other 0");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void anEarlyForkPutsAllProfilesInDispute(RoomVersion version) {
        int events = 4_000;
        Dispute late = Dispute.afterLongHistory(version, events);
        Dispute early = Dispute.overLongHistories(version, events);
        assertThat(late.room().size()).isBetween(events, events + 9);
        assertThat(early.room().size()).isBetween(events, events + 9);
        assertThat(member(early, resolve(early), 999, "displayname")).startsWith("other ");
        assertThat(member(late, resolve(late), 999, "displayname")).isEqualTo("other 999");
    }
}
