package im.holm.rooms;

import im.holm.engine.Memberships;
import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomStatus;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;

import java.util.Optional;

/// Who may read a room, and up to where. A room that does not exist and one that the caller may not
/// see are answered alike, so that nobody can find out which rooms there are.
final class RoomAccess {

    /// Member events looked back through for the one by which a user left.
    private static final int MEMBER_CHANGES_MAX = 20;

    private final RoomReader rooms;
    private final Memberships memberships;

    RoomAccess(RoomReader rooms, Memberships memberships) {
        this.rooms = rooms;
        this.memberships = memberships;
    }

    sealed interface Access {
        record Granted(Readable room) implements Access {}

        record Denied(Problem problem) implements Access {}
    }

    /// @param snap the state that the reader may know: the current one, or that of when they
    /// left
    /// @param tlMax timeline key of the newest event that they may know
    /// @param joined whether they are in the room now
    record Readable(RoomView view, int snap, long tlMax, boolean joined) {

        long roomNid() {
            return view.identity().roomNid();
        }

        Optional<StoredEvent> stateEvent(StateKey key) {
            return snap == 0 ? Optional.empty() : view.stateEvent(snap, key);
        }
    }

    static Problem notAMember() {
        return Problem.of(
                ErrorCode.FORBIDDEN, "You are not in this room, or there is no such room.");
    }

    /// A room that the user is joined to.
    Access joined(UserId user, RoomId roomId) {
        Optional<RoomView> view = rooms.room(roomId);
        if (view.isEmpty() || !isJoined(view.get(), user)) {
            return new Access.Denied(notAMember());
        }
        return new Access.Granted(current(view.get(), true));
    }

    /// A room that the user is or was joined to and has not forgotten, or that anybody may
    /// read.
    Access readable(UserId user, RoomId roomId) {
        Optional<RoomView> found = rooms.room(roomId);
        if (found.isEmpty()) {
            return new Access.Denied(notAMember());
        }
        RoomView view = found.get();
        if (isJoined(view, user)) {
            return new Access.Granted(current(view, true));
        }
        if (isWorldReadable(view)) {
            return new Access.Granted(current(view, false));
        }
        return member(view, user)
                .filter(m -> !m.forgotten())
                .flatMap(m -> departure(view, m))
                .<Access>map(left ->
                        new Access.Granted(new Readable(view, left.snapAfter(), left.tl(), false)))
                .orElseGet(() -> new Access.Denied(notAMember()));
    }

    /// The event by which a former member left the room, if they ever were joined.
    Optional<EventRow> departure(RoomView view, StoredMember member) {
        if (member.membership() != Membership.LEAVE && member.membership() != Membership.BAN) {
            return Optional.empty();
        }
        int ev = member.ev();
        for (int i = 0; i < MEMBER_CHANGES_MAX; i++) {
            Optional<StoredEvent> change = view.events(new int[] {ev}).stream().findFirst();
            if (change.isEmpty() || change.get().row().snapBefore() == 0) {
                return Optional.empty();
            }
            Optional<StoredEvent> before = view.stateEvent(
                    change.get().row().snapBefore(), StateKey.member(member.user()));
            if (before.isEmpty()) {
                return Optional.empty();
            }
            if (membershipOf(before.get()).filter(Membership.JOIN::equals).isPresent()) {
                return change.map(StoredEvent::row).filter(row -> row.tl() != EventRow.NO_TL);
            }
            ev = before.get().row().ev();
        }
        return Optional.empty();
    }

    Optional<StoredMember> member(RoomView view, UserId user) {
        return memberships.of(view.identity().roomNid(), user);
    }

    static Optional<Membership> membershipOf(StoredEvent member) {
        return member.content().string("membership").flatMap(Membership::ofWire);
    }

    /// From the room's state, which is in memory for a room that is in use.
    static boolean isJoined(RoomView view, UserId user) {
        return view.status() == RoomStatus.JOINED
                && view.head().snap() != 0
                && view.stateEvent(StateKey.member(user))
                        .flatMap(RoomAccess::membershipOf)
                        .filter(Membership.JOIN::equals)
                        .isPresent();
    }

    private static Readable current(RoomView view, boolean joined) {
        return new Readable(view, view.head().snap(), view.head().tlTop(), joined);
    }

    static boolean isWorldReadable(RoomView view) {
        return view.head().snap() != 0
                && view.stateEvent(StateKey.HISTORY_VISIBILITY)
                        .flatMap(event -> event.content().string("history_visibility"))
                        .filter("world_readable"::equals)
                        .isPresent();
    }
}
