package im.holm.messenger;

import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.core.EventFlags;
import im.holm.engine.port.Identities;
import im.holm.platform.error.Problem;
import im.holm.slice.Caller;
import im.holm.slice.Receipts;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// How far users have read, in place of the rooms feature.
final class ReceiptsInMemory implements Receipts {

    private static final int COUNTED_MAX = 500;

    private final RoomReader rooms;
    private final Identities identities;
    private final Map<Reader, Integer> read = new ConcurrentHashMap<>();

    ReceiptsInMemory(RoomReader rooms, Identities identities) {
        this.rooms = rooms;
        this.identities = identities;
    }

    private record Reader(long roomNid, long userNid) {}

    @Override
    public int unread(long roomNid, long userNid) {
        RoomView view = rooms.room(roomNid).orElseThrow();
        int upTo = read.getOrDefault(new Reader(roomNid, userNid), 0);
        return (int) view.page(Long.MAX_VALUE, true, COUNTED_MAX).events().stream()
                .filter(event -> event.row().has(EventFlags.COUNTABLE))
                .filter(event -> event.row().ev() > upTo)
                .filter(event -> !event.row().sender().equals(identities.user(userNid)))
                .count();
    }

    @Override
    public Optional<Problem> read(Caller caller, long roomNid, int ev) {
        read.merge(new Reader(roomNid, caller.userNid()), ev, Math::max);
        return Optional.empty();
    }
}
