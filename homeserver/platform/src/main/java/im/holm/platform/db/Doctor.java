package im.holm.platform.db;

import im.holm.platform.db.DoctorCheck.Scope;

import org.jdbi.v3.core.Handle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Runs [DoctorCheck]s. It only reads; each question is one snapshot, so a server that goes on
/// writing does not disturb it.
public final class Doctor {
    private static final int ROOMS_MAX = 200;

    private final Database database;
    private final boolean full;

    public Doctor(Database database, boolean full) {
        this.database = database;
        this.full = full;
    }

    /// What one check found.
    ///
    /// @param violations the first ones, at most [DoctorCheck#FINDINGS_MAX]
    public record Finding(String check, List<String> violations) {
        public Finding {
            violations = List.copyOf(violations);
        }

        public boolean isSound() {
            return violations.isEmpty();
        }
    }

    /// Every check, of all rooms.
    public List<Finding> examine(List<DoctorCheck> checks) {
        return checks.stream().map(this::examine).toList();
    }

    /// The checks of rooms, of one room.
    ///
    /// @return empty if there is no such room
    public Optional<List<Finding>> examine(List<DoctorCheck> checks, String roomId) {
        return database.read(handle -> handle.createQuery(
                                "SELECT room_nid FROM room WHERE room_id = :room")
                        .bind("room", roomId)
                        .mapTo(Long.class)
                        .findOne())
                .map(room -> checks.stream()
                        .filter(DoctorCheck::byRoom)
                        .map(check ->
                                new Finding(check.name(), ask(check, new Scope(room, room, full))))
                        .toList());
    }

    private Finding examine(DoctorCheck check) {
        if (!check.byRoom()) {
            return new Finding(check.name(), ask(check, new Scope(0, Long.MAX_VALUE, full)));
        }
        var found = new ArrayList<String>();
        long after = Long.MIN_VALUE;
        for (Optional<Long> last = lastOfNext(after);
                last.isPresent() && found.size() < DoctorCheck.FINDINGS_MAX;
                last = lastOfNext(after)) {
            found.addAll(ask(check, new Scope(after + 1, last.get(), full)));
            after = last.get();
        }
        return new Finding(
                check.name(), found.subList(0, Math.min(found.size(), DoctorCheck.FINDINGS_MAX)));
    }

    private List<String> ask(DoctorCheck check, Scope scope) {
        return database.snapshot(handle -> check.check().run(handle, scope));
    }

    private Optional<Long> lastOfNext(long after) {
        return database.read(handle -> lastOfNext(handle, after));
    }

    private static Optional<Long> lastOfNext(Handle handle, long after) {
        return handle.createQuery("SELECT max(room_nid) FROM (SELECT room_nid FROM room"
                        + " WHERE room_nid > :after ORDER BY room_nid LIMIT " + ROOMS_MAX
                        + ") AS next")
                .bind("after", after)
                .mapTo(Long.class)
                .findOne();
    }
}
