package im.holm.engine.bench;

import im.holm.engine.RoomCommands.CreateOutcome;
import im.holm.engine.RoomCommands.CreateRoom;
import im.holm.engine.RoomCommands.InitialEvent;
import im.holm.engine.core.RoomKind;
import im.holm.journal.Committer;
import im.holm.platform.cache.Caches;
import im.holm.platform.config.ConfigLoader;
import im.holm.platform.config.ConfigOutcome;
import im.holm.platform.config.SettingRegistry;
import im.holm.platform.db.Database;
import im.holm.platform.db.DatabaseOutcome;
import im.holm.platform.db.EmbeddedOptions;
import im.holm.platform.db.EmbeddedOutcome;
import im.holm.platform.db.EmbeddedPostgres;
import im.holm.platform.db.MigrationOutcome;
import im.holm.platform.db.Migrations;
import im.holm.platform.metrics.Metrics;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersions;
import im.holm.slice.Kernel;
import im.holm.slice.assembly.Foundation;
import im.holm.slice.assembly.StartRefused;
import im.holm.slice.assembly.StartSteps;
import im.holm.slice.assembly.Teardown;
import im.holm.store.PostgresIdentities;
import im.holm.store.PostgresJournalStore;
import im.holm.store.PostgresRoomStore;
import im.holm.testnode.Gullible;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The engine on its own PostgreSQL, which flushes to disk as in production; without HTTP and
/// without other servers.
final class Bench implements AutoCloseable {

    private static final int SCHEMA_VERSION = 1;

    final Kernel kernel;
    final Database database;
    private final Teardown teardown;

    private Bench(Kernel kernel, Database database, Teardown teardown) {
        this.kernel = kernel;
        this.database = database;
        this.teardown = teardown;
    }

    static Bench start(Path dir) throws StartRefused, InterruptedException {
        var teardown = new Teardown();
        var time = InstantSource.system();
        var metrics = teardown.add("metrics", new Metrics());
        var postgres = switch (EmbeddedPostgres.start(EmbeddedOptions.in(dir))) {
            case EmbeddedOutcome.Started(EmbeddedPostgres server) ->
                teardown.add("postgres", server);
            case EmbeddedOutcome.NotStarted(String reason) -> throw new StartRefused(reason);
        };
        var database = switch (Database.open(postgres.settings(), "bench", metrics)) {
            case DatabaseOutcome.Opened(Database opened) -> teardown.add("database", opened);
            case DatabaseOutcome.Unreachable(String reason) -> throw new StartRefused(reason);
        };
        var migrated = Migrations.run(database, List.of("store"), SCHEMA_VERSION);
        if (!(migrated instanceof MigrationOutcome.Migrated)) {
            throw new StartRefused(migrated.toString());
        }
        var environment =
                Map.of("HOLM_SERVER_NAME", "bench.example", "HOLM_DATA_DIR", dir.toString());
        var loaded = ConfigLoader.load(SettingRegistry.standard(), Optional.empty(), environment);
        if (!(loaded instanceof ConfigOutcome.Loaded(var config))) {
            throw new StartRefused(loaded.toString());
        }
        var steps = new StartSteps(config, time, metrics, teardown);
        var signer = steps.signer();
        var caches = Caches.ofHeap(metrics.registry());
        var identities = new PostgresIdentities(database, signer.server(), caches);
        Committer journal = steps.journal(new PostgresJournalStore(database));
        var remote = new Gullible();
        var kernel = new Foundation(
                        config,
                        time,
                        database,
                        journal,
                        new PostgresRoomStore(database, identities, time),
                        identities,
                        signer,
                        remote,
                        remote,
                        caches,
                        metrics)
                .kernel();
        return new Bench(kernel, database, teardown);
    }

    UserId user(int number) {
        return new UserId("user" + number, kernel.serverName());
    }

    List<RoomId> rooms(int count) {
        List<RoomId> rooms = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            var outcome = kernel.commands()
                    .create(new CreateRoom(
                            user(i),
                            RoomVersions.V12,
                            RoomKind.PLAIN,
                            JsonObject.EMPTY,
                            List.of(
                                    new InitialEvent(
                                            "m.room.member",
                                            Optional.of(user(i).toString()),
                                            JsonObject.EMPTY.with("membership", "join")),
                                    new InitialEvent(
                                            "m.room.power_levels",
                                            Optional.of(""),
                                            JsonObject.EMPTY))));
            rooms.add(((CreateOutcome.Created) outcome).room());
        }
        return rooms;
    }

    /// Of the tables that a message is written to, with their indexes.
    long tableBytes() {
        return database.read(handle -> handle.createQuery("""
                        SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c
                        WHERE c.relkind = 'r'
                          AND (c.relname LIKE 'event%' OR c.relname LIKE 'journal%'
                               OR c.relname IN ('room_head', 'stream_writer'))""").mapTo(Long.class).one());
    }

    long jsonBytes() {
        return database.read(
                handle -> handle.createQuery("SELECT sum(octet_length(json))::bigint FROM event")
                        .mapTo(Long.class)
                        .one());
    }

    @Override
    public void close() {
        teardown.close();
    }
}
