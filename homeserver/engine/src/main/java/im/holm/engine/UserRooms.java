package im.holm.engine;

import com.github.benmanes.caffeine.cache.Cache;

import im.holm.engine.port.RoomStore;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.platform.cache.Caches;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// The rooms of local users who were asked for lately, as committed.
final class UserRooms {

    private static final double SHARE = 0.05;
    private static final int MEMBER_BYTES = 64;

    private final RoomStore store;
    private final Cache<Long, List<StoredMember>> cache;
    /// Counts changes, so that what was read before one is not kept after it.
    private final AtomicLong changes = new AtomicLong();

    UserRooms(RoomStore store, Caches caches) {
        this.store = store;
        this.cache =
                caches.weighed("user_rooms", SHARE, (_, rooms) -> 64 + MEMBER_BYTES * rooms.size());
    }

    /// A user's memberships in all rooms, forgotten ones left out.
    List<StoredMember> of(long userNid) {
        List<StoredMember> known = cache.getIfPresent(userNid);
        if (known != null) {
            return known;
        }
        long before = changes.get();
        List<StoredMember> read = List.copyOf(store.memberships(userNid));
        if (changes.get() == before) {
            cache.put(userNid, read);
            if (changes.get() != before) {
                cache.invalidate(userNid);
            }
        }
        return read;
    }

    /// A membership of this user has changed. Quick: it is called on the committer's thread.
    void changed(long userNid) {
        changes.incrementAndGet();
        cache.invalidate(userNid);
    }

    /// Memberships have gone of whomever.
    void allChanged() {
        changes.incrementAndGet();
        cache.invalidateAll();
    }
}
