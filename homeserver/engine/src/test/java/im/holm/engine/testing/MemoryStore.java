package im.holm.engine.testing;

import im.holm.engine.core.EventRow;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomAppend;
import im.holm.engine.core.SnapshotRow;
import im.holm.engine.port.AppendRefusal;
import im.holm.engine.port.Identities;
import im.holm.engine.port.RoomStore;
import im.holm.journal.Position;
import im.holm.journal.UnitWriter;
import im.holm.platform.db.Tx;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/// Rooms in memory, by the contract of [RoomStore].
public final class MemoryStore implements RoomStore {

    private final Identities identities;
    private final Map<Long, MemoryRoom> rooms = new TreeMap<>();
    private final Map<RoomId, Long> byId = new HashMap<>();
    private final Map<String, SetAside> aside = new LinkedHashMap<>();
    private final UnitWriter<RoomAppend> writer = this::write;
    private long lastRoomNid;

    public MemoryStore(Identities identities) {
        this.identities = identities;
    }

    @Override
    public UnitWriter<RoomAppend> appends() {
        return writer;
    }

    private synchronized List<UnitWriter.Refusal> write(
            Tx tx, List<UnitWriter.Placed<RoomAppend>> units) {
        List<UnitWriter.Refusal> refusals = new ArrayList<>();
        Map<Long, Long> versions = new HashMap<>();
        Set<EventId> ids = new HashSet<>();
        for (int i = 0; i < units.size(); i++) {
            RoomAppend append = units.get(i).rows();
            Optional<Object> refusal = refusal(append, versions, ids);
            if (refusal.isPresent()) {
                refusals.add(new UnitWriter.Refusal(i, refusal.get()));
            } else {
                versions.put(append.room().roomNid(), append.head().version());
                append.events().forEach(row -> ids.add(row.eventId()));
            }
        }
        if (refusals.isEmpty()) {
            units.forEach(unit -> apply(unit.rows(), unit.positions()));
        }
        return refusals;
    }

    private Optional<Object> refusal(
            RoomAppend append, Map<Long, Long> versions, Set<EventId> ids) {
        long nid = append.room().roomNid();
        MemoryRoom room = rooms.get(nid);
        Long inBatch = versions.get(nid);
        if (inBatch != null) {
            return inBatch == append.base()
                    ? Optional.empty()
                    : Optional.of(new AppendRefusal.HeadMoved());
        }
        if (room == null) {
            boolean taken = byId.containsKey(append.room().roomId());
            return append.newRoom() && append.base() == 0 && !taken
                    ? Optional.empty()
                    : Optional.of(new AppendRefusal.HeadMoved());
        }
        return room.refusal(append);
    }

    private void apply(RoomAppend append, long[] positions) {
        byId.put(append.room().roomId(), append.room().roomNid());
        append.members().forEach(change -> identities.userNid(change.user()));
        rooms.computeIfAbsent(append.room().roomNid(), nid -> new MemoryRoom(append.room()))
                .apply(append, positions);
    }

    @Override
    public synchronized long newRoomNid() {
        return ++lastRoomNid;
    }

    @Override
    public synchronized Optional<StoredRoom> room(RoomId roomId) {
        return Optional.ofNullable(byId.get(roomId)).flatMap(this::room);
    }

    @Override
    public synchronized Optional<StoredRoom> room(long roomNid) {
        return Optional.ofNullable(rooms.get(roomNid))
                .map(room -> new StoredRoom(room.identity, room.status, room.head));
    }

    private <T> T of(long roomNid, T absent, Function<MemoryRoom, T> read) {
        MemoryRoom room = rooms.get(roomNid);
        return room == null ? absent : read.apply(room);
    }

    @Override
    public synchronized List<EventRow> events(long roomNid, int[] evs) {
        return of(roomNid, List.of(), room -> {
            List<EventRow> rows = new ArrayList<>();
            for (int ev : evs) {
                Optional.ofNullable(room.events.get(ev)).ifPresent(rows::add);
            }
            return rows;
        });
    }

    @Override
    public synchronized Map<EventId, EventRow> events(long roomNid, Collection<EventId> eventIds) {
        return of(roomNid, Map.of(), room -> {
            Map<EventId, EventRow> rows = new HashMap<>();
            for (EventId id : eventIds) {
                Integer ev = room.byId.get(id);
                if (ev != null) {
                    rows.put(id, room.events.get(ev));
                }
            }
            return rows;
        });
    }

    @Override
    public synchronized Optional<Located> locate(EventId eventId) {
        for (MemoryRoom room : rooms.values()) {
            Integer ev = room.byId.get(eventId);
            if (ev != null) {
                return Optional.of(
                        new Located(room.identity.roomNid(), room.identity.roomId(), ev));
            }
        }
        return Optional.empty();
    }

    @Override
    public synchronized List<EventRow> stateEvents(long roomNid) {
        return of(
                roomNid,
                List.of(),
                room -> room.events.values().stream()
                        .filter(row -> row.stateKey().isPresent())
                        .toList());
    }

    @Override
    public synchronized int[] snapshot(long roomNid, int snap) {
        return of(roomNid, new int[0], room -> room.snapshot(snap));
    }

    @Override
    public synchronized Optional<SnapshotRow> snapshotRow(long roomNid, int snap) {
        return of(roomNid, Optional.empty(), room -> Optional.ofNullable(room.snapshots.get(snap)));
    }

    @Override
    public synchronized int snapshotByDigest(long roomNid, byte[] digest) {
        return of(
                roomNid, 0, room -> room.digests.getOrDefault(HexFormat.of().formatHex(digest), 0));
    }

    @Override
    public synchronized Map<StateKey, Integer> currentState(long roomNid) {
        return of(roomNid, Map.of(), room -> Map.copyOf(room.current));
    }

    @Override
    public synchronized List<EventRow> timeline(
            long roomNid, long from, boolean backwards, int limit) {
        return of(roomNid, List.of(), room -> {
            var keys = backwards
                    ? room.timeline.headMap(from, false).descendingMap()
                    : room.timeline.tailMap(from, false);
            return keys.values().stream().limit(limit).map(room.events::get).toList();
        });
    }

    @Override
    public synchronized List<EventRow> live(long roomNid, long afterPos, long uptoPos, int limit) {
        return of(
                roomNid,
                List.of(),
                room -> room.events.values().stream()
                        .filter(row ->
                                row.pos() > afterPos && row.pos() <= uptoPos && row.pos() > 0)
                        .filter(row -> row.tl() != EventRow.NO_TL)
                        .filter(row -> Position.slot(row.pos()) == Position.slot(uptoPos))
                        .sorted(Comparator.comparingLong(EventRow::pos).reversed())
                        .limit(limit)
                        .toList());
    }

    @Override
    public synchronized List<EventRow> childrenOf(long roomNid, int[] evs, int limit) {
        return of(
                roomNid,
                List.of(),
                room -> room.events.values().stream()
                        .filter(row -> Arrays.stream(row.prev())
                                .anyMatch(prev -> Arrays.stream(evs).anyMatch(ev -> ev == prev)))
                        .limit(limit)
                        .toList());
    }

    @Override
    public synchronized List<StoredGap> gaps(long roomNid) {
        return of(roomNid, List.of(), room -> List.copyOf(room.gaps.values()));
    }

    @Override
    public synchronized Map<EventId, List<Integer>> missing(long roomNid) {
        return of(roomNid, Map.of(), room -> {
            Map<EventId, List<Integer>> copy = new HashMap<>();
            room.missing.forEach((id, children) -> copy.put(id, List.copyOf(children)));
            return copy;
        });
    }

    @Override
    public synchronized Map<EventId, Integer> pendingRedactions(long roomNid) {
        return of(roomNid, Map.of(), room -> Map.copyOf(room.pendingRedactions));
    }

    @Override
    public synchronized Optional<EventId> byTransaction(long roomNid, long deviceNid, byte[] key) {
        return of(
                roomNid,
                Optional.empty(),
                room -> Optional.ofNullable(room.transactions.get(MemoryRoom.key(deviceNid, key))));
    }

    @Override
    public synchronized Optional<StoredMember> member(long roomNid, long userNid) {
        return of(
                roomNid,
                Optional.empty(),
                room -> Optional.ofNullable(room.members.get(identities.user(userNid))));
    }

    @Override
    public synchronized List<StoredMember> members(
            long roomNid, Collection<Membership> memberships) {
        return of(
                roomNid,
                List.of(),
                room -> room.members.values().stream()
                        .filter(member -> memberships.contains(member.membership()))
                        .sorted(Comparator.comparing(StoredMember::user))
                        .toList());
    }

    @Override
    public synchronized List<StoredMember> memberships(long userNid) {
        return rooms.values().stream()
                .flatMap(room ->
                        Optional.ofNullable(room.members.get(identities.user(userNid))).stream())
                .filter(member -> !member.forgotten())
                .toList();
    }

    @Override
    public synchronized Optional<byte[]> strippedState(long roomNid, long userNid) {
        return of(
                roomNid,
                Optional.empty(),
                room -> Optional.ofNullable(room.stripped.get(identities.user(userNid))));
    }

    @Override
    public synchronized boolean setAside(SetAside pdu) {
        return aside.putIfAbsent(pdu.origin() + " " + pdu.eventId(), pdu) == null;
    }

    @Override
    public synchronized List<SetAside> setAside(int limit) {
        return aside.values().stream().limit(limit).toList();
    }

    @Override
    public synchronized void dropSetAside(ServerName origin, EventId eventId) {
        aside.remove(origin + " " + eventId);
    }

    @Override
    public synchronized Map<ServerName, Integer> servers(long roomNid) {
        return of(roomNid, Map.of(), room -> Map.copyOf(room.servers));
    }

    @Override
    public synchronized List<Long> roomsOf(ServerName server, long afterPos, int limit) {
        return rooms.values().stream()
                .filter(room -> room.servers.containsKey(server))
                .filter(room -> room.head.lastPos() > afterPos)
                .sorted(Comparator.comparingLong((MemoryRoom room) -> room.head.lastPos())
                        .reversed())
                .limit(limit)
                .map(room -> room.identity.roomNid())
                .toList();
    }

    @Override
    public synchronized boolean forget(long roomNid, long userNid) {
        return of(roomNid, false, room -> {
            StoredMember member = room.members.get(identities.user(userNid));
            boolean gone = member != null
                    && (member.membership() == Membership.LEAVE
                            || member.membership() == Membership.BAN);
            if (gone) {
                room.members.put(
                        member.user(),
                        new StoredMember(
                                roomNid,
                                member.user(),
                                member.membership(),
                                member.ev(),
                                member.pos(),
                                true));
            }
            return gone;
        });
    }

    @Override
    public synchronized OptionalLong timelineFrom(long roomNid, long pos) {
        return of(
                roomNid,
                OptionalLong.empty(),
                room -> room.events.values().stream()
                        .filter(row -> row.tl() != EventRow.NO_TL && row.pos() >= pos)
                        .mapToLong(EventRow::tl)
                        .min());
    }

    @Override
    public synchronized Survivors survivors(long roomNid, long cut) {
        return of(
                roomNid,
                new Survivors(new int[0], new int[0]),
                room -> MemoryPurge.survivors(room, cut));
    }

    @Override
    public synchronized int purge(long roomNid, Purge purge, int limit) {
        return of(roomNid, 0, room -> MemoryPurge.purge(room, purge, limit));
    }

    @Override
    public synchronized int delete(long roomNid, int limit) {
        MemoryRoom room = rooms.get(roomNid);
        if (room == null) {
            return 0;
        }
        List<Integer> gone = room.events.keySet().stream().limit(limit).toList();
        gone.forEach(room.events::remove);
        if (gone.size() < limit) {
            rooms.remove(roomNid);
            byId.values().remove(roomNid);
        }
        return gone.size();
    }
}
