package im.holm.store;

import im.holm.platform.db.DoctorCheck;

import java.util.List;
import java.util.stream.Stream;

/// The invariants of the store's tables, for `holm doctor`.
public final class StoreChecks {

    private StoreChecks() {}

    public static List<DoctorCheck> all() {
        return Stream.of(
                        JournalChecks.all(),
                        RoomChecks.all(),
                        EventChecks.all(),
                        RecomputedChecks.all())
                .flatMap(List::stream)
                .toList();
    }
}
