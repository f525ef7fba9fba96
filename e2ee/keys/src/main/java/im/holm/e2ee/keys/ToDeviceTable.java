package im.holm.e2ee.keys;

import im.holm.journal.UnitWriter;
import im.holm.platform.db.Database;
import im.holm.platform.db.Tx;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonWriter;
import im.holm.slice.Table;

import org.jdbi.v3.core.Handle;

import java.util.ArrayList;
import java.util.List;

/// Messages on their way to local devices: `to_device`, and what keeps each from coming twice:
/// `to_device_sent` and `to_device_received`.
final class ToDeviceTable {

    static final List<Table> TABLES = List.of(
            new Table(
                    "to_device",
                    Table.Owner.USER,
                    "until the device has it",
                    "deleted",
                    "SELECT json FROM to_device WHERE user_nid = :user_nid"),
            new Table("to_device_sent", Table.Owner.SERVER, "7 days", "with the device", ""),
            new Table("to_device_received", Table.Owner.SERVER, "30 days", "no data of users", ""));

    private final Database database;
    private final UnitWriter<Write> writer = ToDeviceTable::write;

    ToDeviceTable(Database database) {
        this.database = database;
    }

    /// @param json `sender`, `type` and `content`
    record Message(long userNid, long deviceNid, JsonObject json) {}

    record Waiting(long seq, long position, JsonObject json) {}

    sealed interface Write {

        List<Message> messages();

        /// What a local device sends.
        record Sent(long deviceNid, byte[] txnKey, long nowMs, List<Message> messages)
                implements Write {}

        /// What another server delivers.
        record Received(ServerName origin, String messageId, long nowMs, List<Message> messages)
                implements Write {}

        /// Messages of one device beyond `afterSeq` get a later place: they did not fit
        /// into an answer.
        record Put(long deviceNid, long afterSeq) implements Write {
            @Override
            public List<Message> messages() {
                return List.of();
            }
        }
    }

    /// The reason of a refusal: it was taken before.
    enum Refused {
        DUPLICATE
    }

    UnitWriter<Write> writer() {
        return writer;
    }

    boolean wasSent(long deviceNid, byte[] txnKey) {
        return database.read(handle -> handle.createQuery("""
                        SELECT 1 FROM to_device_sent
                        WHERE device_nid = :device AND txn_key = :key""")
                .bind("device", deviceNid)
                .bind("key", txnKey)
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
    }

    /// The oldest messages of a device.
    List<Waiting> waiting(long deviceNid, int limit) {
        return database.read(handle -> handle.createQuery("""
                        SELECT seq, pos, json FROM to_device
                        WHERE device_nid = :device ORDER BY seq LIMIT :limit""")
                .bind("device", deviceNid)
                .bind("limit", limit)
                .map((row, _) -> new Waiting(
                        row.getLong("seq"),
                        row.getLong("pos"),
                        StoredJson.read(row.getBytes("json"))))
                .list());
    }

    void delete(long deviceNid, List<Long> seqs) {
        database.useTransaction(handle -> handle.createUpdate(
                        "DELETE FROM to_device WHERE device_nid = :device AND seq = ANY(:seqs)")
                .bind("device", deviceNid)
                .bind("seqs", seqs.stream().mapToLong(Long::longValue).toArray())
                .execute());
    }

    void prune(long sentBeforeMs, long receivedBeforeMs) {
        database.useTransaction(handle -> {
            handle.createUpdate("DELETE FROM to_device_sent WHERE sent_ms < :before")
                    .bind("before", sentBeforeMs)
                    .execute();
            handle.createUpdate("DELETE FROM to_device_received WHERE received_ms < :before")
                    .bind("before", receivedBeforeMs)
                    .execute();
        });
    }

    private static List<UnitWriter.Refusal> write(Tx tx, List<UnitWriter.Placed<Write>> units) {
        List<UnitWriter.Refusal> refusals = new ArrayList<>();
        for (int i = 0; i < units.size(); i++) {
            Write write = units.get(i).rows();
            if (isNew(tx.handle(), write)) {
                insert(tx.handle(), write, units.get(i).positions());
            } else {
                refusals.add(new UnitWriter.Refusal(i, Refused.DUPLICATE));
            }
        }
        return refusals;
    }

    private static boolean isNew(Handle handle, Write write) {
        return switch (write) {
            case Write.Sent(long device, byte[] key, long now, var _) ->
                handle.createUpdate("""
                                        INSERT INTO to_device_sent (device_nid, txn_key, sent_ms)
                                        VALUES (:device, :key, :now) ON CONFLICT DO NOTHING""")
                                .bind("device", device)
                                .bind("key", key)
                                .bind("now", now)
                                .execute()
                        == 1;
            case Write.Received(ServerName origin, String id, long now, var _) ->
                handle.createUpdate("""
                                        INSERT INTO to_device_received
                                          (origin, message_id, received_ms)
                                        VALUES (:origin, :id, :now) ON CONFLICT DO NOTHING""")
                                .bind("origin", origin.text())
                                .bind("id", id)
                                .bind("now", now)
                                .execute()
                        == 1;
            case Write.Put _ -> true;
        };
    }

    private static void insert(Handle handle, Write write, long[] positions) {
        if (write instanceof Write.Put(long deviceNid, long afterSeq)) {
            handle.createUpdate("""
                            UPDATE to_device SET pos = :pos
                            WHERE device_nid = :device AND seq > :seq""")
                    .bind("pos", positions[0])
                    .bind("device", deviceNid)
                    .bind("seq", afterSeq)
                    .execute();
            return;
        }
        if (write.messages().isEmpty()) {
            return;
        }
        try (var batch = handle.prepareBatch("""
                INSERT INTO to_device (device_nid, user_nid, pos, json)
                VALUES (:device, :user, :pos, :json)""")) {
            for (int i = 0; i < write.messages().size(); i++) {
                Message message = write.messages().get(i);
                batch.bind("device", message.deviceNid())
                        .bind("user", message.userNid())
                        .bind("pos", positions[i])
                        .bind("json", JsonWriter.write(message.json()))
                        .add();
            }
            batch.execute();
        }
    }
}
