package im.holm.engine;

import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomState;
import im.holm.engine.core.RoomStatus;
import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.handshake.RestrictedFacts;
import im.holm.protocol.handshake.RestrictedJoins;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What this server knows that bears on a restricted join: of the rooms whose members may join,
/// which it is in, and which the user is in.
final class RestrictedKnowledge {

    private final Rooms rooms;

    RestrictedKnowledge(Rooms rooms) {
        this.rooms = rooms;
    }

    RestrictedFacts about(RoomCell cell, UserId user) {
        RoomState state = cell.committed().state();
        AuthState auth = state.authState(state.current());
        if (!RestrictedJoins.isNeeded(cell.identity().version(), auth, user)) {
            return RestrictedFacts.NONE;
        }
        Set<RoomId> known = new HashSet<>();
        Set<RoomId> joined = new HashSet<>();
        for (RoomId roomId : RestrictedJoins.conditions(auth)) {
            rooms.find(roomId)
                    .map(RoomCell::committed)
                    .filter(room -> room.status() == RoomStatus.JOINED)
                    .ifPresent(room -> {
                        known.add(roomId);
                        if (isJoined(room.state(), user)) {
                            joined.add(roomId);
                        }
                    });
        }
        return new RestrictedFacts(known, joined, ourMembers(cell));
    }

    private static boolean isJoined(RoomState room, UserId user) {
        return room.current(StateKey.member(user))
                .flatMap(event -> event.pdu().membership())
                .filter(Membership.JOIN.wire()::equals)
                .isPresent();
    }

    private List<UserId> ourMembers(RoomCell cell) {
        return Arrays.stream(cell.committed().locals())
                .mapToObj(rooms.identities()::user)
                .toList();
    }
}
