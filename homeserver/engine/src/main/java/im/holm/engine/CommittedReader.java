package im.holm.engine;

import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;

import java.util.Optional;

/// Views of rooms as committed.
final class CommittedReader implements RoomReader {

    private final Rooms rooms;
    private final GapFilling filling;

    CommittedReader(Rooms rooms, GapFilling filling) {
        this.filling = filling;
        this.rooms = rooms;
    }

    @Override
    public Optional<RoomView> room(RoomId room) {
        return rooms.find(room).map(this::view);
    }

    @Override
    public Optional<RoomView> room(long roomNid) {
        return rooms.find(roomNid).map(this::view);
    }

    @Override
    public Optional<RoomView> roomOf(EventId event) {
        return rooms.store().locate(event).flatMap(found -> room(found.roomNid()));
    }

    private RoomView view(RoomCell cell) {
        long readAt = rooms.events().reading();
        return new CommittedRoom(rooms, cell, cell.committed(), filling, readAt);
    }
}
