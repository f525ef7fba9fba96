package im.holm.store;

import im.holm.platform.db.Database;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.PGConnection;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/// Writes batches of messages the way that the store does and the ways that it could: for
/// [ChoiceBench].
final class ChoiceWrites implements AutoCloseable {
    private static final int ROOMS = 100;

    enum Kind {
        /// One array-bound statement a table, as the store does.
        FOUR,
        /// All of them in one statement.
        CTE,
        /// The events by COPY.
        COPY,
        /// The JSON in a table of its own.
        SPLIT
    }

    private record Row(long room, int ev, long pos, byte[] id, byte[] txn, byte[] json) {}

    private final Kind kind;
    private final int rows;
    private final List<Handle> lanes = new ArrayList<>();
    private final Random random = new Random(5);
    private final int[] heads = new int[ROOMS + 1];
    private long pos = 1L << 40;
    private final int[] turns;

    ChoiceWrites(Database database, Kind kind, int rows, int depth) {
        this.kind = kind;
        this.rows = rows;
        turns = new int[depth];
        var jdbi = Jdbi.create(database.dataSource());
        for (int lane = 0; lane < depth; lane++) {
            lanes.add(jdbi.open());
        }
        Handle first = lanes.getFirst();
        new JournalPartitions(database).cover(pos);
        first.execute("INSERT INTO stream_writer (slot, node, epoch, last_pos, lease_until)"
                + " VALUES (0, 'bench', 1, 0, now()) ON CONFLICT DO NOTHING");
        first.execute("""
                INSERT INTO room_head (room_nid, version, tl_top, tl_bottom, last_pos, bump_ms,
                    next_ev, next_snap, snap, last_message_ev, joined, invited, owner_slot,
                    extremities)
                SELECT n, 1, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, '{}' FROM generate_series(1, 100) n
                ON CONFLICT DO NOTHING""");
        first.execute("CREATE TABLE IF NOT EXISTS event_json (room_nid bigint, ev int,"
                + " json bytea, PRIMARY KEY (room_nid, ev)) PARTITION BY HASH (room_nid)");
        for (int part = 0; part < 8; part++) {
            first.execute("CREATE TABLE IF NOT EXISTS event_json_" + part
                    + " PARTITION OF event_json FOR VALUES WITH (MODULUS 8, REMAINDER " + part
                    + ")");
        }
    }

    /// One commit. With two lanes the second waits for the writer's row until the first is
    /// visible, as it must.
    void batch(int lane) {
        List<Row> batch;
        long number;
        synchronized (this) {
            batch = next(lane);
            number = pos;
        }
        Handle handle = lanes.get(lane);
        handle.begin();
        switch (kind) {
            case FOUR -> four(handle, batch, number);
            case CTE -> cte(handle, batch, number);
            case COPY -> {
                heads(handle, batch);
                copy(handle, batch);
                journal(handle, batch);
                writer(handle, number);
            }
            case SPLIT -> split(handle, batch, number);
        }
        handle.commit();
    }

    /// Lanes write to different rooms: two commits of one room wait for each other anyway.
    private List<Row> next(int lane) {
        var batch = new ArrayList<Row>();
        for (int i = 0; i < rows; i++) {
            int room = (turns[lane]++ * turns.length + lane) % ROOMS + 1;
            pos += 256;
            batch.add(new Row(room, ++heads[room], pos, bytes(32), bytes(16), json()));
        }
        return batch;
    }

    /// As compressible as an event: ids, hash and signature are random, the rest is text.
    private byte[] json() {
        String text = "{\"auth_events\":[\"$" + base64(32) + "\",\"$" + base64(32)
                + "\"],\"content\":{\"body\":\"" + "some words of a message ".repeat(12)
                + "\",\"msgtype\":\"m.text\"},\"depth\":12,\"hashes\":{\"sha256\":\"" + base64(32)
                + "\"},\"origin_server_ts\":1795608000000,\"prev_events\":[\"$" + base64(32)
                + "\"],\"room_id\":\"!" + base64(32) + "\",\"sender\":\"@user:bench.example\","
                + "\"signatures\":{\"bench.example\":{\"ed25519:1\":\"" + base64(64)
                + "\"}},\"type\":\"m.room.message\"}";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String base64(int length) {
        return Base64.getEncoder().encodeToString(bytes(length));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static final String HEADS = """
            UPDATE room_head h
            SET version = h.version + 1, tl_top = u.tl, last_pos = u.pos, next_ev = u.ev + 1,
                last_message_ev = u.ev, extremities = ARRAY[u.ev]
            FROM (SELECT room_nid, max(tl) AS tl, max(pos) AS pos, max(ev) AS ev
                  FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::int[])
                      AS v (room_nid, tl, pos, ev) GROUP BY room_nid) u
            WHERE h.room_nid = u.room_nid""";

    private static final String EVENTS = """
            INSERT INTO event (room_nid, tl, pos, sender_nid, depth, origin_ts, txn_device, ev,
                flags, snap_before, snap_after, room_snap, rel_ev, redacted_by, rel_type,
                event_id, type, state_key, prev, auth, txn_key, txn_id, json)
            SELECT room_nid, tl, pos, 1, ev, 1795608000000, 1, ev, 64, 1, 1, 1, NULL, 0, NULL,
                event_id, 'm.room.message', NULL, prev::int[], '{1,2}'::int[], txn_key, 'm', json
            FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::bytea[], ?::text[],
                    ?::bytea[], ?::bytea[])
                AS u (room_nid, tl, pos, ev, event_id, prev, txn_key, json)
            ON CONFLICT DO NOTHING""";

    private static final String JOURNAL = """
            INSERT INTO journal (pos, scope, ref, kind)
            SELECT pos, scope, ref, 1
            FROM unnest(?::bigint[], ?::bigint[], ?::bigint[]) AS u (pos, scope, ref)""";

    private static final String WRITER =
            "UPDATE stream_writer SET last_pos = greatest(last_pos, ?) WHERE slot = 0";

    private void four(Handle handle, List<Row> batch, long number) {
        heads(handle, batch);
        Sql.update(handle, EVENTS, eventColumns(batch, true));
        journal(handle, batch);
        writer(handle, number);
    }

    private void split(Handle handle, List<Row> batch, long number) {
        heads(handle, batch);
        Sql.update(handle, EVENTS, eventColumns(batch, false));
        Sql.update(
                handle,
                "INSERT INTO event_json SELECT * FROM unnest(?::bigint[], ?::int[], ?::bytea[])",
                Column.bigints(batch, Row::room),
                Column.ints(batch, Row::ev),
                Column.byteas(batch, Row::json));
        journal(handle, batch);
        writer(handle, number);
    }

    private void cte(Handle handle, List<Row> batch, long number) {
        var parameters = new ArrayList<Object>(List.of(headColumns(batch)));
        parameters.addAll(List.of(eventColumns(batch, true)));
        parameters.addAll(List.of(journalColumns(batch)));
        parameters.add(number);
        Sql.update(
                handle,
                "WITH h AS (" + HEADS + " RETURNING h.room_nid), e AS (" + EVENTS
                        + " RETURNING ev), j AS (" + JOURNAL + ") " + WRITER
                        + " AND (SELECT count(*) FROM h) > 0 AND (SELECT count(*) FROM e) = "
                        + rows,
                parameters.toArray());
    }

    private static void heads(Handle handle, List<Row> batch) {
        Sql.update(handle, HEADS, headColumns(batch));
    }

    private static void journal(Handle handle, List<Row> batch) {
        Sql.update(handle, JOURNAL, journalColumns(batch));
    }

    private static void writer(Handle handle, long number) {
        Sql.update(handle, WRITER, number);
    }

    private static Object[] headColumns(List<Row> batch) {
        return new Object[] {
            Column.bigints(batch, Row::room),
            Column.bigints(batch, row -> (long) row.ev << 20),
            Column.bigints(batch, Row::pos),
            Column.ints(batch, Row::ev)
        };
    }

    private static Object[] journalColumns(List<Row> batch) {
        return new Object[] {
            Column.bigints(batch, Row::pos),
            Column.bigints(batch, Row::room),
            Column.bigints(batch, Row::ev)
        };
    }

    private static Object[] eventColumns(List<Row> batch, boolean json) {
        return new Object[] {
            Column.bigints(batch, Row::room),
            Column.bigints(batch, row -> (long) row.ev << 20),
            Column.bigints(batch, Row::pos),
            Column.ints(batch, Row::ev),
            Column.byteas(batch, Row::id),
            Column.intArrays(batch, row -> new int[] {row.ev - 1}),
            Column.byteas(batch, Row::txn),
            Column.byteas(batch, row -> json ? row.json : null)
        };
    }

    private static void copy(Handle handle, List<Row> batch) {
        try {
            var copying = handle.getConnection()
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY event (room_nid, tl, pos, sender_nid, depth, origin_ts,"
                            + " txn_device, ev, flags, snap_before, snap_after, room_snap,"
                            + " redacted_by, event_id, type, prev, auth, txn_key, txn_id, json)"
                            + " FROM STDIN (FORMAT binary)");
            byte[] bytes = binary(batch);
            copying.writeToCopy(bytes, 0, bytes.length);
            copying.endCopy();
        } catch (SQLException e) {
            throw new SqlFailure(e);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] binary(List<Row> batch) throws IOException {
        var bytes = new ByteArrayOutputStream(1 << 19);
        var out = new DataOutputStream(bytes);
        out.write("PGCOPY\n\u00ff\r\n\0".getBytes(StandardCharsets.ISO_8859_1));
        out.writeLong(0);
        for (Row row : batch) {
            out.writeShort(20);
            longs(out, row.room, (long) row.ev << 20, row.pos, 1, row.ev, 1_795_608_000_000L, 1);
            ints(out, row.ev, 64, 1, 1, 1, 0);
            field(out, row.id);
            field(out, "m.room.message".getBytes(StandardCharsets.UTF_8));
            array(out, row.ev - 1);
            array(out, 1, 2);
            field(out, row.txn);
            field(out, new byte[] {'m'});
            field(out, row.json);
        }
        out.writeShort(-1);
        return bytes.toByteArray();
    }

    private static void longs(DataOutputStream out, long... values) throws IOException {
        for (long value : values) {
            out.writeInt(8);
            out.writeLong(value);
        }
    }

    private static void ints(DataOutputStream out, int... values) throws IOException {
        for (int value : values) {
            out.writeInt(4);
            out.writeInt(value);
        }
    }

    private static void field(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /// Dimensions, no nulls, the type of the elements (23 is int4), length and lower bound.
    private static void array(DataOutputStream out, int... values) throws IOException {
        out.writeInt(20 + 8 * values.length);
        for (int header : new int[] {1, 0, 23, values.length, 1}) {
            out.writeInt(header);
        }
        ints(out, values);
    }

    @Override
    public void close() {
        lanes.forEach(Handle::close);
    }
}
