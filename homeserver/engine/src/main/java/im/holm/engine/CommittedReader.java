package im.holm.engine;

import im.holm.engine.port.RemoteRooms;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;

import java.util.Optional;

/// Views of rooms as committed.
final class CommittedReader implements RoomReader {

    private final Rooms rooms;
    private final GapFilling filling;
    private final RemoteRooms remote;

    CommittedReader(Rooms rooms, GapFilling filling, RemoteRooms remote) {
        this.filling = filling;
        this.rooms = rooms;
        this.remote = remote;
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

    @Override
    public Optional<Explained> explain(EventId event) {
        return rooms.store()
                .locate(event)
                .flatMap(found -> rooms.find(found.roomNid())
                        .flatMap(cell ->
                                rooms.store().events(cell.nid(), new int[] {found.ev()}).stream()
                                        .findFirst()
                                        .map(row -> new Explaining(rooms, cell, row, remote)
                                                .explain())));
    }

    private RoomView view(RoomCell cell) {
        long readAt = rooms.events().reading();
        return new CommittedRoom(rooms, cell, cell.committed(), filling, readAt);
    }
}
