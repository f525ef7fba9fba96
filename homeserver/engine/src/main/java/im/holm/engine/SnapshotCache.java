package im.holm.engine;

import com.github.benmanes.caffeine.cache.Cache;

import im.holm.engine.core.EventRow;
import im.holm.engine.port.RoomStore;
import im.holm.platform.cache.Caches;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.state.StateMap;

/// Old states of rooms that readers asked for. A snapshot never changes once it is committed.
final class SnapshotCache {

    private static final double SHARE = 0.08;
    private static final int ENTRY_BYTES = 100;

    private final RoomStore store;
    private final Cache<Key, StateMap> cache;

    private record Key(long roomNid, int snap) {}

    SnapshotCache(RoomStore store, Caches caches) {
        this.store = store;
        this.cache = caches.weighed(
                "snapshots", SHARE, (Key _, StateMap map) -> ENTRY_BYTES * (1 + map.size()));
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

    /// Snapshots of a room were removed.
    void forgetRoom(long roomNid) {
        cache.asMap().keySet().removeIf(key -> key.roomNid() == roomNid);
    }
}
