package im.holm.accounts;

import im.holm.engine.Memberships;
import im.holm.engine.RoomMembership;
import im.holm.engine.RoomMembership.ChangeMembership;
import im.holm.engine.RoomMembership.MembershipOutcome;
import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.Membership;
import im.holm.engine.port.Identities;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;

/// Brings a changed name or picture into the member events of all rooms that the user is in
/// (client-server API, "Events on Change of Profile Information"). What remains to be done is a
/// row, so that a restart forgets nothing.
final class ProfileSpread {

    private static final Logger LOG = LoggerFactory.getLogger(ProfileSpread.class);

    /// How long the client's request waits, so that it usually sees the result at once.
    private static final Duration WAIT_MAX = Duration.ofSeconds(2);

    /// Users in one run of the job, at most.
    private static final int USERS_MAX = 100;

    private static final int LOCKS = 64;

    private final ProfileTable table;
    private final Identities identities;
    private final Memberships memberships;
    private final RoomMembership membership;
    private final RoomReader rooms;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    ProfileSpread(
            ProfileTable table,
            Identities identities,
            Memberships memberships,
            RoomMembership membership,
            RoomReader rooms) {
        this.table = table;
        this.identities = identities;
        this.memberships = memberships;
        this.membership = membership;
        this.rooms = rooms;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /// Starts, and waits a moment for the end.
    void soon(long userNid) {
        Thread thread = Thread.ofVirtual().name("profile-spread").start(() -> spread(userNid));
        try {
            thread.join(WAIT_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Goes on with what a restart or a failure left undone.
    void resume() {
        table.toSpread(USERS_MAX).forEach(this::spread);
    }

    private void spread(long userNid) {
        // One at a time for a user: of two changes the later must win in every room.
        var lock = locks[(int) Math.floorMod(userNid, (long) LOCKS)];
        lock.lock();
        try {
            OptionalLong requested = table.spreadRequest(userNid);
            if (requested.isPresent() && spread(identities.user(userNid), userNid)) {
                table.spread(userNid, requested.getAsLong());
            }
        } finally {
            lock.unlock();
        }
    }

    /// @return whether all rooms know it
    private boolean spread(UserId user, long userNid) {
        JsonObject content = content(table.fields(userNid));
        boolean all = true;
        for (StoredMember member : memberships.ofUser(user)) {
            if (member.membership() == Membership.JOIN) {
                all &= tell(user, member.roomNid(), content);
            }
        }
        return all;
    }

    private boolean tell(UserId user, long roomNid, JsonObject content) {
        Optional<RoomView> room = rooms.room(roomNid);
        if (room.isEmpty()
                || room.flatMap(view -> view.stateEvent(StateKey.member(user)))
                        .map(StoredEvent::content)
                        .map(ProfileSpread::content)
                        .filter(content::equals)
                        .isPresent()) {
            return true;
        }
        var command = new ChangeMembership(
                user,
                user,
                room.get().identity().roomId(),
                Membership.JOIN,
                content,
                java.util.List.of());
        return switch (membership.change(command)) {
            case MembershipOutcome.Changed _, MembershipOutcome.Unchanged _ -> true;
            case MembershipOutcome.Failed(var problem) -> {
                LOG.warn("{}'s profile did not reach {}: {}", user, roomNid, problem.message());
                yield problem.code().status() < 500;
            }
        };
    }

    private static JsonObject content(JsonObject fields) {
        var content = JsonObject.builder();
        fields.string(Profiles.DISPLAY_NAME)
                .ifPresent(name -> content.put(Profiles.DISPLAY_NAME, name));
        fields.string(Profiles.AVATAR_URL).ifPresent(url -> content.put(Profiles.AVATAR_URL, url));
        return content.build();
    }
}
