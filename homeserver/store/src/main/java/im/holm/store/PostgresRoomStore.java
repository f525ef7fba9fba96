package im.holm.store;

import im.holm.engine.core.EventRow;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomAppend;
import im.holm.engine.core.RoomHead;
import im.holm.engine.core.RoomIdentity;
import im.holm.engine.core.RoomKind;
import im.holm.engine.core.RoomStatus;
import im.holm.engine.core.SnapshotRow;
import im.holm.engine.port.RoomStore;
import im.holm.journal.UnitWriter;
import im.holm.platform.db.Database;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.version.RoomVersions;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Rooms in PostgreSQL: docs/engine.md, section 2.
public final class PostgresRoomStore implements RoomStore {
    private static final String ROOM_AND_HEAD = """
            SELECT r.room_nid, r.room_id, r.version AS room_version, r.kind, r.status,
                h.version, h.owner_slot, h.next_ev, h.next_snap, h.tl_top, h.tl_bottom,
                h.extremities, h.snap, h.last_pos, h.last_message_ev, h.bump_ms, h.joined,
                h.invited
            FROM room r JOIN room_head h ON h.room_nid = r.room_nid
            """;

    private final Database database;
    private final AppendWriter appends;
    private final EventReads events;
    private final StateReads states;
    private final MemberReads members;
    private final EdgeReads edges;
    private final SetAsideRows setAside;
    private final PurgeRows purging;

    public PostgresRoomStore(Database database, PostgresIdentities identities, InstantSource time) {
        this.database = database;
        appends = new AppendWriter(identities, time);
        events = new EventReads(database, identities);
        states = new StateReads(database);
        members = new MemberReads(database, identities);
        edges = new EdgeReads(database);
        setAside = new SetAsideRows(database, identities);
        purging = new PurgeRows(database);
    }

    @Override
    public UnitWriter<RoomAppend> appends() {
        return appends;
    }

    @Override
    public long newRoomNid() {
        return database.read(handle -> Sql.list(
                        handle, row -> row.getLong("nid"), "SELECT nextval('room_nid_seq') AS nid"))
                .getFirst();
    }

    @Override
    public Optional<StoredRoom> room(RoomId roomId) {
        return room(ROOM_AND_HEAD + "WHERE r.room_id = ?", roomId.text());
    }

    @Override
    public Optional<StoredRoom> room(long roomNid) {
        return room(ROOM_AND_HEAD + "WHERE r.room_nid = ?", roomNid);
    }

    private Optional<StoredRoom> room(String sql, Object parameter) {
        return database
                .read(handle -> Sql.list(handle, PostgresRoomStore::storedRoom, sql, parameter))
                .stream()
                .findFirst();
    }

    private static StoredRoom storedRoom(ResultSet row) throws SQLException {
        String version = row.getString("room_version");
        var identity = new RoomIdentity(
                row.getLong("room_nid"),
                RoomId.of(row.getString("room_id")),
                RoomVersions.find(version)
                        .orElseThrow(() -> new IllegalStateException(
                                "room version " + version + " is unknown to this Holm")),
                RoomKind.ofCode(row.getShort("kind")));
        var head = new RoomHead(
                row.getLong("version"),
                row.getInt("owner_slot"),
                row.getInt("next_ev"),
                row.getInt("next_snap"),
                row.getLong("tl_top"),
                row.getLong("tl_bottom"),
                Sql.ints(row, "extremities"),
                row.getInt("snap"),
                row.getLong("last_pos"),
                row.getInt("last_message_ev"),
                row.getLong("bump_ms"),
                row.getInt("joined"),
                row.getInt("invited"));
        return new StoredRoom(identity, RoomStatus.ofCode(row.getShort("status")), head);
    }

    @Override
    public List<EventRow> events(long roomNid, int[] evs) {
        return events.events(roomNid, evs);
    }

    @Override
    public Map<EventId, EventRow> events(long roomNid, Collection<EventId> eventIds) {
        return events.events(roomNid, eventIds);
    }

    @Override
    public Optional<Located> locate(EventId eventId) {
        return events.locate(eventId);
    }

    @Override
    public List<EventRow> stateEvents(long roomNid) {
        return events.stateEvents(roomNid);
    }

    @Override
    public int[] snapshot(long roomNid, int snap) {
        return states.snapshot(roomNid, snap);
    }

    @Override
    public Optional<SnapshotRow> snapshotRow(long roomNid, int snap) {
        return states.snapshotRow(roomNid, snap);
    }

    @Override
    public int snapshotByDigest(long roomNid, byte[] digest) {
        return states.snapshotByDigest(roomNid, digest);
    }

    @Override
    public Map<StateKey, Integer> currentState(long roomNid) {
        return states.currentState(roomNid);
    }

    @Override
    public List<EventRow> timeline(long roomNid, long from, boolean backwards, int limit) {
        return events.timeline(roomNid, from, backwards, limit);
    }

    @Override
    public List<EventRow> live(long roomNid, long afterPos, long uptoPos, int limit) {
        return events.live(roomNid, afterPos, uptoPos, limit);
    }

    @Override
    public List<EventRow> childrenOf(long roomNid, int[] evs, int limit) {
        return events.childrenOf(roomNid, evs, limit);
    }

    @Override
    public List<StoredGap> gaps(long roomNid) {
        return edges.gaps(roomNid);
    }

    @Override
    public Map<EventId, List<Integer>> missing(long roomNid) {
        return edges.missing(roomNid);
    }

    @Override
    public Map<EventId, Integer> pendingRedactions(long roomNid) {
        return edges.pendingRedactions(roomNid);
    }

    @Override
    public Optional<EventId> byTransaction(long roomNid, long deviceNid, byte[] key) {
        return events.byTransaction(roomNid, deviceNid, key);
    }

    @Override
    public Optional<StoredMember> member(long roomNid, long userNid) {
        return members.member(roomNid, userNid);
    }

    @Override
    public List<StoredMember> members(long roomNid, Collection<Membership> memberships) {
        return members.inRoom(roomNid, memberships);
    }

    @Override
    public List<StoredMember> memberships(long userNid) {
        return members.ofUser(userNid);
    }

    @Override
    public Optional<byte[]> strippedState(long roomNid, long userNid) {
        return members.strippedState(roomNid, userNid);
    }

    @Override
    public boolean setAside(SetAside pdu) {
        return setAside.add(pdu);
    }

    @Override
    public List<SetAside> setAside(int limit) {
        return setAside.oldest(limit);
    }

    @Override
    public void dropSetAside(ServerName origin, EventId eventId) {
        setAside.drop(origin, eventId);
    }

    @Override
    public Map<ServerName, Integer> servers(long roomNid) {
        return members.servers(roomNid);
    }

    @Override
    public List<Long> roomsOf(ServerName server, long afterPos, int limit) {
        return members.roomsOf(server, afterPos, limit);
    }

    @Override
    public boolean forget(long roomNid, long userNid) {
        return members.forget(roomNid, userNid);
    }

    @Override
    public OptionalLong timelineFrom(long roomNid, long pos) {
        return purging.timelineFrom(roomNid, pos);
    }

    @Override
    public Survivors survivors(long roomNid, long cut) {
        return purging.survivors(roomNid, cut);
    }

    @Override
    public int purge(long roomNid, Purge purge, int limit) {
        return purging.purge(roomNid, purge, limit);
    }

    @Override
    public int delete(long roomNid, int limit) {
        return purging.delete(roomNid, limit);
    }
}
