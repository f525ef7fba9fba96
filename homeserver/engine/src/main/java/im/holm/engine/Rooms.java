package im.holm.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import im.holm.engine.core.RoomAppend;
import im.holm.engine.core.RoomIdentity;
import im.holm.engine.core.RoomKind;
import im.holm.engine.core.RoomStatus;
import im.holm.engine.core.RoomStep;
import im.holm.engine.port.Identities;
import im.holm.engine.port.RoomStore;
import im.holm.journal.Journal;
import im.holm.journal.UnitWriter;
import im.holm.platform.cache.Caches;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.signing.Signer;
import im.holm.protocol.version.RoomVersion;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/// The rooms in memory. A room has one cell while anybody uses it; a bounded number of bytes of
/// cells is kept when nobody does.
final class Rooms {

    private static final double SHARE = 0.40;

    private final ServerName self;
    private final Signer signer;
    private final InstantSource time;
    private final RoomStore store;
    private final Identities identities;
    private final Journal journal;
    private final RoomStep core;
    private final RoomLoading loading;
    private final UnitWriter<RoomAppend> appends;
    private final RandomGenerator random;
    private final Executor background;
    private final EventCache events;
    private final SnapshotCache snapshots;
    private final UserRooms userRooms;

    /// Every cell that is in use, so that there is never a second one of a room.
    private final Cache<RoomId, RoomCell> alive =
            Caffeine.newBuilder().weakValues().build();
    private final Cache<Long, RoomCell> aliveByNid =
            Caffeine.newBuilder().weakValues().build();
    /// Keeps cells from being collected.
    private final Cache<Long, RoomCell> hot;

    Rooms(
            Signer signer,
            InstantSource time,
            RoomStore store,
            Identities identities,
            Journal journal,
            Caches caches,
            RandomGenerator random,
            Executor background) {
        this.random = random;
        this.background = background;
        this.self = signer.server();
        this.signer = signer;
        this.time = time;
        this.store = store;
        this.identities = identities;
        this.journal = journal;
        this.core = new RoomStep(signer);
        this.loading = new RoomLoading(store, identities, self);
        this.appends = store.appends();
        this.events = new EventCache(store, caches);
        this.snapshots = new SnapshotCache(store, caches);
        this.userRooms = new UserRooms(store, caches);
        this.hot = caches.weighed("rooms", SHARE, (Long _, RoomCell cell) -> cell.weightBytes());
    }

    RandomGenerator random() {
        return random;
    }

    /// Runs what nobody has to wait for.
    Executor background() {
        return background;
    }

    ServerName self() {
        return self;
    }

    Signer signer() {
        return signer;
    }

    Instant now() {
        return time.instant();
    }

    RoomStore store() {
        return store;
    }

    Identities identities() {
        return identities;
    }

    Journal journal() {
        return journal;
    }

    RoomStep core() {
        return core;
    }

    /// A tag for a new run of decisions.
    int drawTag() {
        return random.nextInt(1 << 16);
    }

    RoomLoading loading() {
        return loading;
    }

    UnitWriter<RoomAppend> appends() {
        return appends;
    }

    EventCache events() {
        return events;
    }

    SnapshotCache snapshots() {
        return snapshots;
    }

    UserRooms userRooms() {
        return userRooms;
    }

    /// The cell of a room that is on disk.
    Optional<RoomCell> find(RoomId roomId) {
        RoomCell cell = alive.get(
                roomId, id -> store.room(id).map(room -> cell(room.identity())).orElse(null));
        return Optional.ofNullable(cell)
                .filter(found -> found.committed().exists())
                .map(this::keep);
    }

    Optional<RoomCell> find(long roomNid) {
        RoomCell cell = aliveByNid.getIfPresent(roomNid);
        if (cell == null) {
            return store.room(roomNid).flatMap(room -> find(room.identity().roomId()));
        }
        return Optional.of(cell).filter(found -> found.committed().exists()).map(this::keep);
    }

    /// The cell in memory, if there is one: for who must not wait for the store.
    Optional<RoomCell> inMemory(long roomNid) {
        return Optional.ofNullable(aliveByNid.getIfPresent(roomNid));
    }

    /// The cell of a room that may be new to this server.
    ///
    /// @param status of the room until its first commit says another
    RoomCell findOrNew(RoomId roomId, RoomVersion version, RoomKind kind, RoomStatus status) {
        return keep(alive.get(
                roomId,
                id -> store.room(id).map(room -> cell(room.identity())).orElseGet(() -> {
                    var identity = new RoomIdentity(store.newRoomNid(), id, version, kind);
                    return registered(new RoomCell(this, identity, status));
                })));
    }

    /// Keeps the cell hot, at its present weight.
    RoomCell keep(RoomCell cell) {
        if (hot.getIfPresent(cell.nid()) != cell || cell.hasGrown()) {
            hot.put(cell.nid(), cell);
        }
        return cell;
    }

    /// The room is about to be removed: whoever asks for it from now on finds what is stored.
    void drop(RoomCell cell) {
        alive.invalidate(cell.identity().roomId());
        aliveByNid.invalidate(cell.nid());
        hot.invalidate(cell.nid());
    }

    private RoomCell cell(RoomIdentity identity) {
        return registered(new RoomCell(this, identity, RoomStatus.LEFT));
    }

    private RoomCell registered(RoomCell cell) {
        aliveByNid.put(cell.nid(), cell);
        return cell;
    }
}
