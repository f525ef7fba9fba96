package im.holm.store;

import im.holm.engine.core.RoomAppend;
import im.holm.engine.core.RoomFact;
import im.holm.journal.CommitOutcome;
import im.holm.journal.Committer;
import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.Unit;
import im.holm.platform.cache.Caches;
import im.holm.platform.db.Database;
import im.holm.platform.db.TestPostgres;
import im.holm.protocol.id.ServerName;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/// A room store and a journal on a fresh database.
final class RoomFixture implements AutoCloseable {
    static final ServerName HERE = ServerName.of("here.example");

    final Database database = TestPostgres.migrated("store");
    final PostgresIdentities identities =
            new PostgresIdentities(database, HERE, new Caches(64 << 20, new SimpleMeterRegistry()));
    final PostgresRoomStore rooms =
            new PostgresRoomStore(database, identities, InstantSource.system());
    final Committer journal;

    RoomFixture(Path dataDir) {
        journal = JournalFixture.started(database, dataDir);
    }

    CommitOutcome commit(AppendSketch sketch) {
        return journal.commit(unit(sketch.append()));
    }

    /// Commits and gives the positions of its facts.
    long[] committed(AppendSketch sketch) {
        return switch (commit(sketch)) {
            case CommitOutcome.Committed committed -> committed.positions();
            case CommitOutcome other -> throw new AssertionError(other);
        };
    }

    /// Commits all in one batch.
    List<CommitOutcome> together(List<AppendSketch> sketches) {
        return OneBatch.of(
                journal, sketches.stream().map(sketch -> unit(sketch.append())).toList());
    }

    private Unit<RoomAppend> unit(RoomAppend append) {
        long roomNid = append.room().roomNid();
        var facts = append.facts().stream()
                .map(fact -> switch (fact) {
                    case RoomFact.Live live -> new Fact(FactKind.EVENT, roomNid, live.ev());
                    case RoomFact.Changed changed ->
                        new Fact(FactKind.EVENT_CHANGED, roomNid, changed.ev());
                    case RoomFact.StateRepaired repaired ->
                        new Fact(FactKind.STATE_CHANGED, roomNid, repaired.toSnap());
                    case RoomFact.OutOfBand outOfBand ->
                        new Fact(
                                FactKind.OUT_OF_BAND_MEMBERSHIP,
                                identities.userNid(outOfBand.user()),
                                roomNid);
                })
                .toList();
        return new Unit<>(rooms.appends(), append, facts, 1_000);
    }

    int count(String table) {
        return database.read(handle -> handle.createQuery("SELECT count(*) FROM " + table)
                .mapTo(Integer.class)
                .one());
    }

    @Override
    public void close() {
        journal.close();
        database.close();
    }
}
