package im.holm.messenger;

import im.holm.engine.Memberships;
import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.protocol.id.UserId;

import java.util.Optional;

/// Which threads a user may know of: those that they take part in or are invited to.
final class ThreadAccess {

    private final RoomReader rooms;
    private final Memberships memberships;

    ThreadAccess(RoomReader rooms, Memberships memberships) {
        this.rooms = rooms;
        this.memberships = memberships;
    }

    sealed interface Access {
        record Joined(RoomView view) implements Access {}

        /// @param member says who invites
        record Invited(RoomView view, StoredMember member) implements Access {}

        /// No such thread, as far as this user can tell.
        record None() implements Access {}
    }

    Access of(UserId user, String threadId) {
        return ThreadId.parse(threadId)
                .flatMap(id -> rooms.room(id.room()))
                .map(view -> of(user, view))
                .orElseGet(Access.None::new);
    }

    Access of(UserId user, long roomNid) {
        return rooms.room(roomNid).map(view -> of(user, view)).orElseGet(Access.None::new);
    }

    Access of(UserId user, RoomView view) {
        Optional<StoredMember> member = memberships.of(view.identity().roomNid(), user);
        if (member.filter(found -> found.membership() == Membership.JOIN).isPresent()) {
            return new Access.Joined(view);
        }
        return member.filter(found -> found.membership() == Membership.INVITE)
                .map(found -> (Access) new Access.Invited(view, found))
                .orElseGet(Access.None::new);
    }
}
