package im.holm.engine;

import im.holm.engine.core.EventFlags;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomState;
import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.state.StateMap;
import im.holm.protocol.visibility.EventVisibility;
import im.holm.protocol.visibility.HistoryVisibility;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/// Who may see which event of one room, at one commit. The answer depends on the state before the
/// event alone for nearly all events, and neighbours share that: it is remembered.
final class Visibility {

    private static final int FLAGS_NEVER_SHOWN =
            EventFlags.REJECTED | EventFlags.SOFT_FAILED | EventFlags.HIDDEN;

    private final RoomState room;
    private final IntFunction<StateMap> states;
    private final Map<Reading, Setting> settings = new ConcurrentHashMap<>();
    private final Map<UserId, Long> lastJoins = new ConcurrentHashMap<>();

    private record Reading(UserId user, int snap) {}

    private record Setting(HistoryVisibility visibility, String membership) {}

    Visibility(RoomState room, IntFunction<StateMap> states) {
        this.room = room;
        this.states = states;
    }

    boolean maySee(StoredEvent event, UserId user) {
        EventRow row = event.row();
        if ((row.flags() & FLAGS_NEVER_SHOWN) != 0) {
            return false;
        }
        boolean joinedLater = lastJoin(user) > row.tl();
        if (row.has(EventFlags.OUTLIER)) {
            return currentMembership(user)
                    .filter(Membership.JOIN.wire()::equals)
                    .isPresent();
        }
        if (decidesItself(row, user)) {
            AuthState before = room.authState(states.apply(row.snapBefore()));
            return room.event(row.ev())
                    .map(known -> EventVisibility.maySee(known.pdu(), user, before, joinedLater))
                    .orElse(false);
        }
        Setting at = settings.computeIfAbsent(new Reading(user, row.snapBefore()), this::setting);
        return EventVisibility.maySee(at.visibility(), at.membership(), joinedLater);
    }

    /// Changes of the visibility and of one's own membership are seen by either side's rule.
    private static boolean decidesItself(EventRow row, UserId user) {
        if (row.stateKey().isEmpty()) {
            return false;
        }
        return row.type().equals(EventTypes.HISTORY_VISIBILITY)
                || (row.type().equals(EventTypes.MEMBER)
                        && row.stateKey().get().equals(user.toString()));
    }

    private Setting setting(Reading reading) {
        AuthState state = room.authState(states.apply(reading.snap()));
        return new Setting(
                HistoryVisibility.in(state),
                state.get(StateKey.member(reading.user()))
                        .flatMap(event -> event.membership())
                        .orElse(Membership.LEAVE.wire()));
    }

    private Optional<String> currentMembership(UserId user) {
        return room.current(StateKey.member(user)).flatMap(event -> event.pdu().membership());
    }

    /// Timeline key of the user's newest join; of one whose join is known from the state alone,
    /// the beginning.
    private long lastJoin(UserId user) {
        return lastJoins.computeIfAbsent(user, this::findLastJoin);
    }

    private long findLastJoin(UserId user) {
        if (currentMembership(user).filter(Membership.JOIN.wire()::equals).isPresent()) {
            return Long.MAX_VALUE;
        }
        return room.memberEvents(user).stream()
                .filter(event -> !event.row().has(EventFlags.REJECTED))
                .filter(event -> event.pdu()
                        .membership()
                        .filter(Membership.JOIN.wire()::equals)
                        .isPresent())
                .mapToLong(event -> event.row().tl())
                .max()
                .orElse(EventRow.NO_TL);
    }
}
