package im.holm.engine;

import com.github.benmanes.caffeine.cache.Cache;

import im.holm.engine.core.EventRow;
import im.holm.engine.core.RoomAppend.EventUpdate;
import im.holm.engine.port.RoomStore;
import im.holm.platform.cache.Caches;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// Stored events as readers use them, by room and number.
final class EventCache {

    private static final double SHARE = 0.22;

    /// What an event takes beside its bytes, parsed: about.
    private static final int OVERHEAD_BYTES = 768;

    private final RoomStore store;
    private final Cache<Key, StoredEvent> cache;
    /// Counts changes of stored events, so that one that was read before a change is not kept
    /// after it.
    private final AtomicLong changes = new AtomicLong();

    private record Key(long roomNid, int ev) {}

    EventCache(RoomStore store, Caches caches) {
        this.store = store;
        this.cache = caches.weighed(
                "events",
                SHARE,
                (Key _, StoredEvent event) -> OVERHEAD_BYTES + 4 * event.row().json().length);
    }

    /// Events by number, in that order; unknown ones left out.
    List<StoredEvent> byNumber(long roomNid, int[] evs) {
        Map<Integer, StoredEvent> found = new HashMap<>();
        Set<Integer> lacking = new HashSet<>();
        for (int ev : evs) {
            StoredEvent event = cache.getIfPresent(new Key(roomNid, ev));
            if (event == null) {
                lacking.add(ev);
            } else {
                found.put(ev, event);
            }
        }
        if (!lacking.isEmpty()) {
            long before = changes.get();
            int[] numbers = lacking.stream().mapToInt(Integer::intValue).toArray();
            of(roomNid, store.events(roomNid, numbers), before)
                    .forEach(event -> found.put(event.row().ev(), event));
        }
        List<StoredEvent> events = new ArrayList<>(evs.length);
        for (int ev : evs) {
            Optional.ofNullable(found.get(ev)).ifPresent(events::add);
        }
        return events;
    }

    /// What to give to [#of] for rows that are read from now on.
    long reading() {
        return changes.get();
    }

    /// Rows as events, in that order. Rows that are in the cache come from there.
    ///
    /// @param readAt of [#reading], taken before the rows were read
    List<StoredEvent> of(long roomNid, List<EventRow> rows, long readAt) {
        Map<Integer, EventRow> redactions = redactions(roomNid, rows);
        List<StoredEvent> events = new ArrayList<>(rows.size());
        for (EventRow row : rows) {
            var key = new Key(roomNid, row.ev());
            StoredEvent cached = cache.getIfPresent(key);
            boolean fresh = cached != null && isSame(cached.row(), row);
            var event = fresh
                    ? cached
                    : new StoredEvent(
                            row,
                            content(row),
                            Optional.ofNullable(redactions.get(row.redactedBy())));
            events.add(event);
            keep(key, event, readAt);
        }
        return events;
    }

    /// An event is not kept if any has changed since it was read.
    private void keep(Key key, StoredEvent event, long readAt) {
        if (changes.get() == readAt) {
            cache.put(key, event);
            if (changes.get() != readAt) {
                cache.invalidate(key);
            }
        }
    }

    private static boolean isSame(EventRow cached, EventRow row) {
        return cached.json() == row.json()
                && cached.flags() == row.flags()
                && cached.tl() == row.tl()
                && cached.pos() == row.pos();
    }

    private Map<Integer, EventRow> redactions(long roomNid, List<EventRow> rows) {
        int[] numbers = rows.stream()
                .mapToInt(EventRow::redactedBy)
                .filter(ev -> ev > 0)
                .distinct()
                .toArray();
        Map<Integer, EventRow> redactions = new HashMap<>();
        if (numbers.length > 0) {
            store.events(roomNid, numbers).forEach(row -> redactions.put(row.ev(), row));
        }
        return redactions;
    }

    /// Parsed content; an empty object if it is no object.
    static JsonObject content(EventRow row) {
        return JsonParser.parseObject(row.json(), JsonLimits.LAX_EVENT)
                .object()
                .flatMap(json -> json.object("content"))
                .orElse(JsonObject.EMPTY);
    }

    /// On the committer's thread: these events are no longer what was read.
    void changed(RoomCell cell, List<EventUpdate> updates) {
        changes.incrementAndGet();
        for (EventUpdate update : updates) {
            cache.invalidate(new Key(cell.nid(), update.row().ev()));
        }
    }

    /// Events of a room were removed.
    void forgetRoom(long roomNid) {
        changes.incrementAndGet();
        cache.asMap().keySet().removeIf(key -> key.roomNid() == roomNid);
    }
}
