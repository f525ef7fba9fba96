package im.holm.store;

import im.holm.engine.core.EventRow;
import im.holm.engine.core.RoomAppend;
import im.holm.engine.core.RoomAppend.EventUpdate;
import im.holm.engine.core.TxnKey;
import im.holm.engine.port.AppendRefusal;
import im.holm.journal.UnitWriter.Placed;
import im.holm.journal.UnitWriter.Refusal;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.UserId;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `event` and `redacted_original`.
final class EventRows {
    /// How long the text of a redacted event is kept aside.
    static final Duration ORIGINALS_KEPT = Duration.ofDays(7);

    private final PostgresIdentities identities;
    private final InstantSource time;

    EventRows(PostgresIdentities identities, InstantSource time) {
        this.identities = identities;
        this.time = time;
    }

    /// Inserts the new events of all units in one statement.
    ///
    /// @return refusals, if some of the events are there already
    List<Refusal> insert(Handle handle, List<Placed<RoomAppend>> units) {
        var rows = rows(units);
        if (rows.isEmpty() || insertRows(handle, rows) == rows.size()) {
            return List.of();
        }
        return refusals(handle, units, rows);
    }

    private static List<New> rows(List<Placed<RoomAppend>> units) {
        var rows = new ArrayList<New>();
        for (int i = 0; i < units.size(); i++) {
            var append = units.get(i).rows();
            for (EventRow event : append.events()) {
                long position = position(event, units.get(i).positions());
                rows.add(new New(i, append.room().roomNid(), event, position));
            }
        }
        return rows;
    }

    private static long position(EventRow event, long[] positions) {
        return event.fact() == EventRow.NO_FACT ? event.pos() : positions[event.fact()];
    }

    private int insertRows(Handle handle, List<New> rows) {
        Map<UserId, Long> senders =
                identities.userNids(rows.stream().map(row -> row.event.sender()).toList());
        return Sql.update(
                handle,
                """
                INSERT INTO event (room_nid, tl, pos, sender_nid, depth, origin_ts, txn_device, ev,
                    flags, snap_before, snap_after, room_snap, rel_ev, redacted_by, rel_type,
                    event_id, type, state_key, prev, auth, txn_key, txn_id, json)
                SELECT room_nid, tl, pos, sender_nid, depth, origin_ts, txn_device, ev,
                    flags, snap_before, snap_after, room_snap, rel_ev, redacted_by, rel_type,
                    event_id, type, state_key, prev::int[], auth::int[], txn_key, txn_id, json
                FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[],
                        ?::bigint[], ?::bigint[], ?::int[], ?::int[], ?::int[], ?::int[], ?::int[],
                        ?::int[], ?::int[], ?::smallint[], ?::bytea[], ?::text[], ?::text[],
                        ?::text[], ?::text[], ?::bytea[], ?::text[], ?::bytea[])
                    AS u (room_nid, tl, pos, sender_nid, depth, origin_ts, txn_device, ev,
                        flags, snap_before, snap_after, room_snap, rel_ev, redacted_by, rel_type,
                        event_id, type, state_key, prev, auth, txn_key, txn_id, json)
                ON CONFLICT DO NOTHING""",
                Column.bigints(rows, row -> row.roomNid),
                Column.nullableBigints(rows, row -> tl(row.event)),
                Column.nullableBigints(rows, row -> row.position == 0 ? null : row.position),
                Column.bigints(rows, row -> senders.get(row.event.sender())),
                Column.bigints(rows, row -> row.event.depth()),
                Column.bigints(rows, row -> row.event.originTs()),
                Column.nullableBigints(
                        rows, row -> row.event.txn().map(TxnKey::deviceNid).orElse(null)),
                Column.ints(rows, row -> row.event.ev()),
                Column.ints(rows, row -> row.event.flags()),
                Column.ints(rows, row -> row.event.snapBefore()),
                Column.ints(rows, row -> row.event.snapAfter()),
                Column.ints(rows, row -> row.event.roomSnap()),
                Column.nullableInts(rows, row -> relatedEv(row.event)),
                Column.ints(rows, row -> row.event.redactedBy()),
                Column.nullableSmallints(rows, row -> relationType(row.event)),
                Column.byteas(rows, row -> row.event.eventId().bytes()),
                Column.texts(rows, row -> StoredText.of(row.event.type())),
                Column.texts(rows, row -> StoredText.of(row.event.stateKey().orElse(null))),
                Column.intArrays(rows, row -> row.event.prev()),
                Column.intArrays(rows, row -> row.event.auth()),
                Column.byteas(rows, row -> row.event.txn().map(TxnKey::key).orElse(null)),
                Column.texts(
                        rows,
                        row -> StoredText.of(row.event.txn().map(TxnKey::txnId).orElse(null))),
                Column.byteas(rows, row -> row.event.json()));
    }

    private static Long tl(EventRow event) {
        return event.tl() == EventRow.NO_TL ? null : event.tl();
    }

    private static Integer relatedEv(EventRow event) {
        return event.relation().map(EventRow.Relation::ev).orElse(null);
    }

    private static Short relationType(EventRow event) {
        return event.relation().map(EventRow.Relation::type).orElse(null);
    }

    /// Finds out which units brought something that is there already, and what follows them in
    /// the same rooms: that was decided on them.
    private static List<Refusal> refusals(
            Handle handle, List<Placed<RoomAppend>> units, List<New> rows) {
        Map<Integer, AppendRefusal> reasons = new HashMap<>();
        for (Stored twin : eventTwins(handle, rows)) {
            New row = rows.get(twin.index);
            reasons.putIfAbsent(
                    row.unit,
                    isOfBatch(rows, twin)
                            ? new AppendRefusal.HeadMoved()
                            : new AppendRefusal.DuplicateEvent(row.event.eventId()));
        }
        for (Stored twin : transactionTwins(handle, rows)) {
            New row = rows.get(twin.index);
            reasons.putIfAbsent(
                    row.unit,
                    isOfBatch(rows, twin)
                            ? new AppendRefusal.HeadMoved()
                            : new AppendRefusal.DuplicateTransaction(twin.eventId));
        }
        if (reasons.isEmpty()) {
            throw new IllegalStateException(
                    "events collide by number or timeline key, which the head's guard forbids");
        }
        Set<Long> broken = new HashSet<>();
        var refusals = new ArrayList<Refusal>();
        for (int i = 0; i < units.size(); i++) {
            long roomNid = units.get(i).rows().room().roomNid();
            if (reasons.containsKey(i)) {
                refusals.add(new Refusal(i, reasons.get(i)));
                broken.add(roomNid);
            } else if (broken.contains(roomNid)) {
                refusals.add(new Refusal(i, new AppendRefusal.HeadMoved()));
            }
        }
        return refusals;
    }

    /// Refusals of appends whose room has moved on, with those told apart that repeat a
    /// transaction: deciding them again could not give another answer than the first event.
    List<Refusal> nameDuplicates(
            Handle handle, List<Placed<RoomAppend>> units, List<Refusal> moved) {
        var rows =
                rows(units).stream().filter(row -> row.event.txn().isPresent()).toList();
        if (rows.isEmpty()) {
            return moved;
        }
        Map<Integer, AppendRefusal> duplicates = new HashMap<>();
        for (Stored twin : storedTransactions(handle, rows)) {
            duplicates.put(
                    rows.get(twin.index).unit,
                    new AppendRefusal.DuplicateTransaction(twin.eventId));
        }
        return moved.stream()
                .map(refusal -> new Refusal(
                        refusal.unit(),
                        duplicates.getOrDefault(refusal.unit(), new AppendRefusal.HeadMoved())))
                .toList();
    }

    /// Rows that hold an event id of ours under another number.
    private static List<Stored> eventTwins(Handle handle, List<New> rows) {
        return Sql.list(
                handle,
                EventRows::stored,
                """
                SELECT u.index, e.room_nid, e.ev, e.event_id
                FROM unnest(?::int[], ?::bigint[], ?::int[], ?::bytea[])
                    AS u (index, room_nid, ev, event_id)
                JOIN event e ON e.room_nid = u.room_nid AND e.event_id = u.event_id
                WHERE e.ev <> u.ev""",
                indices(rows),
                Column.bigints(rows, row -> row.roomNid),
                Column.ints(rows, row -> row.event.ev()),
                Column.byteas(rows, row -> row.event.eventId().bytes()));
    }

    /// Rows that hold a transaction key of ours for another event.
    private static List<Stored> transactionTwins(Handle handle, List<New> rows) {
        return storedTransactions(handle, rows).stream()
                .filter(twin -> twin.ev != rows.get(twin.index).event.ev())
                .toList();
    }

    private static List<Stored> storedTransactions(Handle handle, List<New> rows) {
        return Sql.list(
                handle,
                EventRows::stored,
                """
                SELECT u.index, e.room_nid, e.ev, e.event_id
                FROM unnest(?::int[], ?::bigint[], ?::bigint[], ?::bytea[])
                    AS u (index, room_nid, txn_device, txn_key)
                JOIN event e ON e.room_nid = u.room_nid AND e.txn_device = u.txn_device
                    AND e.txn_key = u.txn_key""",
                indices(rows),
                Column.bigints(rows, row -> row.roomNid),
                Column.nullableBigints(
                        rows, row -> row.event.txn().map(TxnKey::deviceNid).orElse(null)),
                Column.byteas(rows, row -> row.event.txn().map(TxnKey::key).orElse(null)));
    }

    private static Column indices(List<New> rows) {
        int[] indices = new int[rows.size()];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = i;
        }
        return Column.ofInts(indices);
    }

    private static Stored stored(ResultSet row) throws SQLException {
        return new Stored(
                row.getInt("index"),
                row.getLong("room_nid"),
                row.getInt("ev"),
                EventId.ofBytes(row.getBytes("event_id")));
    }

    /// A twin that this batch itself brings is not durable yet: nobody may be told of it. The
    /// later one is decided again instead.
    private static boolean isOfBatch(List<New> rows, Stored twin) {
        return rows.stream()
                .anyMatch(row -> row.roomNid == twin.roomNid && row.event.ev() == twin.ev);
    }

    /// Rewrites the rows that change in place. Two changes of one row in a batch are one.
    void update(Handle handle, List<Placed<RoomAppend>> units) {
        Map<RowKey, Changed> changes = new LinkedHashMap<>();
        for (var unit : units) {
            long roomNid = unit.rows().room().roomNid();
            for (EventUpdate update : unit.rows().updates()) {
                long position = position(update.row(), unit.positions());
                changes.merge(
                        new RowKey(roomNid, update.row().ev()),
                        new Changed(roomNid, update.row(), position, update.keepOriginal()),
                        Changed::then);
            }
        }
        if (changes.isEmpty()) {
            return;
        }
        var rows = List.copyOf(changes.values());
        updateRows(handle, rows);
        var originals = rows.stream().filter(row -> row.original.isPresent()).toList();
        if (!originals.isEmpty()) {
            keepOriginals(handle, originals);
        }
    }

    private static void updateRows(Handle handle, List<Changed> rows) {
        int updated = Sql.update(
                handle,
                """
                UPDATE event e
                SET tl = u.tl, pos = coalesce(u.pos, e.pos), flags = u.flags,
                    snap_before = u.snap_before, snap_after = u.snap_after,
                    room_snap = u.room_snap, rel_ev = u.rel_ev, rel_type = u.rel_type,
                    redacted_by = u.redacted_by, prev = u.prev::int[], auth = u.auth::int[],
                    json = u.json
                FROM unnest(?::bigint[], ?::int[], ?::bigint[], ?::bigint[], ?::int[], ?::int[],
                        ?::int[], ?::int[], ?::int[], ?::smallint[], ?::int[], ?::text[],
                        ?::text[], ?::bytea[])
                    AS u (room_nid, ev, tl, pos, flags, snap_before, snap_after, room_snap, rel_ev,
                        rel_type, redacted_by, prev, auth, json)
                WHERE e.room_nid = u.room_nid AND e.ev = u.ev""",
                Column.bigints(rows, row -> row.roomNid),
                Column.ints(rows, row -> row.event.ev()),
                Column.nullableBigints(rows, row -> tl(row.event)),
                Column.nullableBigints(rows, row -> row.position == 0 ? null : row.position),
                Column.ints(rows, row -> row.event.flags()),
                Column.ints(rows, row -> row.event.snapBefore()),
                Column.ints(rows, row -> row.event.snapAfter()),
                Column.ints(rows, row -> row.event.roomSnap()),
                Column.nullableInts(rows, row -> relatedEv(row.event)),
                Column.nullableSmallints(rows, row -> relationType(row.event)),
                Column.ints(rows, row -> row.event.redactedBy()),
                Column.intArrays(rows, row -> row.event.prev()),
                Column.intArrays(rows, row -> row.event.auth()),
                Column.byteas(rows, row -> row.event.json()));
        if (updated != rows.size()) {
            throw new IllegalStateException("an event that was to be changed is not there");
        }
    }

    private void keepOriginals(Handle handle, List<Changed> rows) {
        Sql.update(
                handle,
                """
                INSERT INTO redacted_original (room_nid, ev, json, drop_after_ms)
                SELECT room_nid, ev, json, ?
                FROM unnest(?::bigint[], ?::int[], ?::bytea[]) AS u (room_nid, ev, json)
                ON CONFLICT (room_nid, ev) DO NOTHING""",
                time.millis() + ORIGINALS_KEPT.toMillis(),
                Column.bigints(rows, row -> row.roomNid),
                Column.ints(rows, row -> row.event.ev()),
                Column.byteas(rows, row -> row.original.orElseThrow()));
    }

    /// @param unit index of the unit that brings it
    /// @param position 0 if it is not live
    private record New(int unit, long roomNid, EventRow event, long position) {}

    /// @param index of the row of ours that it collides with
    private record Stored(int index, long roomNid, int ev, EventId eventId) {}

    private record RowKey(long roomNid, int ev) {}

    /// @param position 0 leaves the stored one
    private record Changed(long roomNid, EventRow event, long position, Optional<byte[]> original) {

        Changed then(Changed later) {
            return new Changed(
                    roomNid,
                    later.event,
                    later.position == 0 ? position : later.position,
                    original.or(() -> later.original));
        }
    }
}
