package im.holm.accounts;

import im.holm.journal.UnitWriter;
import im.holm.platform.db.Database;
import im.holm.platform.db.Tx;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonResult;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.json.JsonWriter;
import im.holm.slice.Table;

import org.jdbi.v3.core.Handle;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// `profile_field` and `profile_spread`.
final class ProfileTable {

    static final Table FIELD = new Table(
            "profile_field",
            Table.Owner.USER,
            "until removed, or the account is deactivated",
            "deleted",
            "SELECT name, value FROM profile_field WHERE user_nid = :user_nid");

    static final Table SPREAD = new Table(
            "profile_spread",
            Table.Owner.USER,
            "until all rooms have the profile",
            "deleted",
            "SELECT requested_ms FROM profile_spread WHERE user_nid = :user_nid");

    /// A whole profile as stored is below this, and so is each value.
    static final int PROFILE_LIMIT_BYTES = 64 * 1024;

    private final Database database;
    private final UnitWriter<Change> changes = ProfileTable::write;

    ProfileTable(Database database) {
        this.database = database;
    }

    /// What is written together with a `PROFILE` fact.
    ///
    /// @param value empty removes the field
    /// @param spreadMs when the rooms have to be told of it
    record Change(long userNid, String name, Optional<JsonValue> value, OptionalLong spreadMs) {}

    UnitWriter<Change> changes() {
        return changes;
    }

    JsonObject fields(long userNid) {
        Map<String, String> texts = database.read(handle -> handle.createQuery(
                        "SELECT name, value FROM profile_field WHERE user_nid = :nid")
                .bind("nid", userNid)
                .setMapKeyColumn("name")
                .setMapValueColumn("value")
                .collectInto(new org.jdbi.v3.core.generic.GenericType<Map<String, String>>() {}));
        var fields = JsonObject.builder();
        texts.forEach((name, text) -> fields.put(name, parse(text)));
        return fields.build();
    }

    /// Users whose rooms have not all been told, longest waiting first.
    List<Long> toSpread(int limit) {
        return database.read(handle -> handle.createQuery(
                        "SELECT user_nid FROM profile_spread ORDER BY requested_ms LIMIT :limit")
                .bind("limit", limit)
                .mapTo(Long.class)
                .list());
    }

    OptionalLong spreadRequest(long userNid) {
        return database.read(handle -> handle.createQuery(
                                "SELECT requested_ms FROM profile_spread WHERE user_nid = :nid")
                        .bind("nid", userNid)
                        .mapTo(Long.class)
                        .findOne())
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    /// The rooms know the profile as it was when this was requested.
    void spread(long userNid, long requestedMs) {
        database.useTransaction(handle -> handle.createUpdate("DELETE FROM profile_spread"
                        + " WHERE user_nid = :nid AND requested_ms <= :requested")
                .bind("nid", userNid)
                .bind("requested", requestedMs)
                .execute());
    }

    void erase(long userNid) {
        database.useTransaction(handle -> {
            for (String table : List.of("profile_field", "profile_spread")) {
                handle.createUpdate("DELETE FROM " + table + " WHERE user_nid = :nid")
                        .bind("nid", userNid)
                        .execute();
            }
        });
    }

    private static List<UnitWriter.Refusal> write(Tx tx, List<UnitWriter.Placed<Change>> units) {
        for (UnitWriter.Placed<Change> unit : units) {
            write(tx.handle(), unit.rows());
        }
        return List.of();
    }

    private static void write(Handle handle, Change change) {
        if (change.value().isPresent()) {
            handle.createUpdate("INSERT INTO profile_field (user_nid, name, value)"
                            + " VALUES (:nid, :name, :value)"
                            + " ON CONFLICT (user_nid, name) DO UPDATE SET value = excluded.value")
                    .bind("nid", change.userNid())
                    .bind("name", change.name())
                    .bind("value", JsonWriter.text(change.value().get()))
                    .execute();
        } else {
            handle.createUpdate("DELETE FROM profile_field WHERE user_nid = :nid AND name = :name")
                    .bind("nid", change.userNid())
                    .bind("name", change.name())
                    .execute();
        }
        if (change.spreadMs().isPresent()) {
            handle.createUpdate("INSERT INTO profile_spread (user_nid, requested_ms)"
                            + " VALUES (:nid, :ms) ON CONFLICT (user_nid) DO UPDATE"
                            + " SET requested_ms ="
                            + " greatest(excluded.requested_ms, profile_spread.requested_ms + 1)")
                    .bind("nid", change.userNid())
                    .bind("ms", change.spreadMs().getAsLong())
                    .execute();
        }
    }

    private static JsonValue parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return switch (JsonParser.parse(bytes, JsonLimits.clientBody(bytes.length))) {
            case JsonResult.Parsed(JsonValue value) -> value;
            case JsonResult.Malformed(var problem, String where) ->
                throw new IllegalStateException("stored profile: " + problem + " at " + where);
        };
    }
}
