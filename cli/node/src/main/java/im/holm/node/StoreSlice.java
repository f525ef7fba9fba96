package im.holm.node;

import im.holm.platform.db.Database;
import im.holm.slice.Slice;
import im.holm.slice.Table;
import im.holm.store.StoreChecks;
import im.holm.store.StoreTables;
import im.holm.store.StoreUpkeep;

import java.time.InstantSource;

/// The store, which knows no slices, seen as one: its tables and its upkeep.
final class StoreSlice {

    private StoreSlice() {}

    static Slice of(Database database, InstantSource time) {
        return Slice.named("store")
                .withJobs(new StoreUpkeep(database, time).jobs())
                .withChecks(StoreChecks.all())
                .withTables(StoreTables.all().stream().map(StoreSlice::table).toList());
    }

    private static Table table(StoreTables.Declared declared) {
        return new Table(
                declared.name(),
                Table.Owner.valueOf(declared.owner().name()),
                declared.retention(),
                declared.erasure(),
                declared.export());
    }
}
