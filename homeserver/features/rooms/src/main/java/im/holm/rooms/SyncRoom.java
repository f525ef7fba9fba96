package im.holm.rooms;

import im.holm.engine.RoomView;
import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.journal.Vector;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;

import java.util.Optional;

/// A room in one `/sync` answer.
///
/// @param member the membership as stored, perhaps newer than the answer's cut
/// @param membership what it is at the cut
record SyncRoom(RoomView view, StoredMember member, Membership membership) {

    long roomNid() {
        return view.identity().roomNid();
    }

    String roomId() {
        return view.identity().roomId().text();
    }

    /// The room with the membership that its reader has at the cut; empty if there is none yet.
    static Optional<SyncRoom> at(Vector to, RoomView view, StoredMember member) {
        Optional<Membership> membership = to.covers(member.pos())
                ? Optional.of(member.membership())
                : membershipAt(view, to, member.user());
        return membership.map(known -> new SyncRoom(view, member, known));
    }

    /// What the room's state at a cut says of a user.
    static Optional<Membership> membershipAt(RoomView view, Vector cut, UserId user) {
        int snap = view.snapAt(cut);
        return snap == 0
                ? Optional.empty()
                : view.stateEvent(snap, StateKey.member(user)).flatMap(RoomAccess::membershipOf);
    }
}
