package im.holm.accounts;

import im.holm.engine.Memberships;
import im.holm.engine.RoomMembership;
import im.holm.engine.RoomMembership.ChangeMembership;
import im.holm.engine.RoomMembership.MembershipOutcome;
import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.core.Membership;
import im.holm.engine.port.Identities;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// Deactivating an account: nobody gets in any more at once; the rooms are left after that, and a
/// job goes on where a restart cut it short.
final class Farewell {

    private static final Logger LOG = LoggerFactory.getLogger(Farewell.class);

    /// Accounts whose rooms are left in one run of the job, at most.
    private static final int ACCOUNTS_MAX = 20;

    private static final Set<Membership> TO_END =
            Set.of(Membership.JOIN, Membership.INVITE, Membership.KNOCK);

    private final AccountTable table;
    private final Sessions sessions;
    private final Profiles profiles;
    private final Identities identities;
    private final Memberships memberships;
    private final RoomMembership membership;
    private final RoomReader rooms;
    private final InstantSource time;
    private final ReentrantLock parting = new ReentrantLock();

    Farewell(
            AccountTable table,
            Sessions sessions,
            Profiles profiles,
            Identities identities,
            Memberships memberships,
            RoomMembership membership,
            RoomReader rooms,
            InstantSource time) {
        this.table = table;
        this.sessions = sessions;
        this.profiles = profiles;
        this.identities = identities;
        this.memberships = memberships;
        this.membership = membership;
        this.rooms = rooms;
        this.time = time;
    }

    Sessions.Ending deactivate(long userNid, boolean erase) {
        table.deactivate(userNid, erase, time.millis());
        Sessions.Ending ending = sessions.end(userNid, sessions.withLastSeen(userNid));
        Thread.ofVirtual().name("farewell").start(this::partAll);
        return ending;
    }

    /// Leaves the rooms of deactivated accounts.
    void partAll() {
        if (!parting.tryLock()) {
            return;
        }
        try {
            for (long userNid : table.parting(ACCOUNTS_MAX)) {
                part(userNid);
            }
        } finally {
            parting.unlock();
        }
    }

    private void part(long userNid) {
        UserId user = identities.user(userNid);
        profiles.erase(userNid);
        boolean allLeft = true;
        for (StoredMember member : memberships.ofUser(user)) {
            if (TO_END.contains(member.membership())) {
                allLeft &= leave(user, member.roomNid());
            }
        }
        if (allLeft) {
            table.parted(userNid);
        }
    }

    /// @return whether the job need not come back to this room
    private boolean leave(UserId user, long roomNid) {
        Optional<RoomView> room = rooms.room(roomNid);
        if (room.isEmpty()) {
            return true;
        }
        var command = new ChangeMembership(
                user,
                user,
                room.get().identity().roomId(),
                Membership.LEAVE,
                JsonObject.EMPTY,
                List.of());
        return switch (membership.change(command)) {
            case MembershipOutcome.Changed _, MembershipOutcome.Unchanged _ -> true;
            case MembershipOutcome.Failed(var problem) -> {
                LOG.warn("deactivated {} could not leave {}: {}", user, roomNid, problem.message());
                yield problem.code().status() < 500;
            }
        };
    }
}
