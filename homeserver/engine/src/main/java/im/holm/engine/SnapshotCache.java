package im.holm.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import im.holm.engine.core.EventRow;
import im.holm.engine.port.RoomStore;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.state.StateMap;

/// Old states of rooms that readers asked for. A snapshot never changes once it is committed.
final class SnapshotCache {

    /// Entries of all maps together, at most: about 100 bytes each.
    private static final long ENTRIES_MAX = 200_000;

    private final RoomStore store;
    private final Cache<Key, StateMap> cache = Caffeine.newBuilder()
            .maximumWeight(ENTRIES_MAX)
            .weigher((Key key, StateMap map) -> 1 + map.size())
            .build();

    private record Key(long roomNid, int snap) {}

    SnapshotCache(RoomStore store) {
        this.store = store;
    }

    StateMap state(long roomNid, int snap) {
        return cache.get(new Key(roomNid, snap), key -> {
            StateMap map = StateMap.EMPTY;
            for (EventRow row : store.events(roomNid, store.snapshot(roomNid, snap))) {
                map = map.put(new StateKey(row.type(), row.stateKey().orElseThrow()), row.ev());
            }
            return map;
        });
    }
}
