package im.holm.engine;

import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Memberships as committed.
final class CommittedMemberships implements Memberships {

    private final Rooms rooms;

    CommittedMemberships(Rooms rooms) {
        this.rooms = rooms;
    }

    @Override
    public Optional<StoredMember> of(long roomNid, UserId user) {
        return rooms.identities()
                .knownUserNid(user)
                .flatMap(userNid -> rooms.store().member(roomNid, userNid));
    }

    @Override
    public List<StoredMember> ofUser(UserId user) {
        return rooms.identities().knownUserNid(user).map(rooms.userRooms()::of).orElse(List.of());
    }

    @Override
    public List<StoredMember> inRoom(long roomNid, Set<Membership> memberships) {
        return rooms.store().members(roomNid, memberships);
    }

    @Override
    public long[] localJoined(long roomNid) {
        return rooms.find(roomNid)
                .map(cell -> cell.committed().locals().clone())
                .orElse(new long[0]);
    }

    @Override
    public Set<ServerName> servers(long roomNid) {
        return rooms.find(roomNid)
                .map(cell -> cell.committed().state().serversJoined())
                .orElse(new TreeSet<>());
    }

    @Override
    public boolean shareARoom(UserId one, UserId other) {
        Set<Long> ofOne = joined(one);
        return !ofOne.isEmpty() && joined(other).stream().anyMatch(ofOne::contains);
    }

    private Set<Long> joined(UserId user) {
        Set<Long> joined = new HashSet<>();
        for (StoredMember member : ofUser(user)) {
            if (member.membership() == Membership.JOIN) {
                joined.add(member.roomNid());
            }
        }
        return joined;
    }

    @Override
    public boolean forget(long roomNid, UserId user) {
        Optional<Long> userNid = rooms.identities().knownUserNid(user);
        if (userNid.isEmpty() || !rooms.store().forget(roomNid, userNid.get())) {
            return false;
        }
        rooms.userRooms().changed(userNid.get());
        return true;
    }
}
