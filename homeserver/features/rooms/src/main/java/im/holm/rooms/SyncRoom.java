package im.holm.rooms;

import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.journal.Vector;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;

import java.util.Optional;

/// A room in one `/sync` answer.
///
/// @param member the reader's membership at the answer's cut
record SyncRoom(RoomView view, StoredMember member) {

    long roomNid() {
        return view.identity().roomNid();
    }

    String roomId() {
        return view.identity().roomId().text();
    }

    Membership membership() {
        return member.membership();
    }

    /// The membership at a cut of a member that is stored as of later; empty if there was none.
    static Optional<StoredMember> before(RoomView view, Vector cut, StoredMember later) {
        return memberAt(view, cut, later.user())
                .flatMap(event -> RoomAccess.membershipOf(event)
                        .map(membership -> new StoredMember(
                                later.roomNid(),
                                later.user(),
                                membership,
                                event.row().ev(),
                                event.row().pos(),
                                false)));
    }

    /// What the room's state at a cut says of a user.
    static Optional<Membership> membershipAt(RoomView view, Vector cut, UserId user) {
        return memberAt(view, cut, user).flatMap(RoomAccess::membershipOf);
    }

    private static Optional<StoredEvent> memberAt(RoomView view, Vector cut, UserId user) {
        int snap = view.snapAt(cut);
        return snap == 0 ? Optional.empty() : view.stateEvent(snap, StateKey.member(user));
    }
}
