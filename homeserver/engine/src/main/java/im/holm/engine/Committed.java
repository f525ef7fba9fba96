package im.holm.engine;

import im.holm.engine.core.EventRow;
import im.holm.engine.core.RoomAppend;
import im.holm.engine.core.RoomFact;
import im.holm.engine.core.RoomHead;
import im.holm.engine.core.RoomState;
import im.holm.engine.core.RoomStatus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A room as it is on disk: what readers see. Immutable; the next one follows from each commit.
///
/// @param state the core's state after the last commit; its event rows lack the positions that
/// commits gave
/// @param head with the position of the last fact
/// @param tail the newest live events with their positions, oldest first, at most [#TAIL_MAX]
/// @param whole whether the tail holds all live events that there are
record Committed(RoomState state, RoomHead head, List<EventRow> tail, boolean whole) {

    static final int TAIL_MAX = 64;

    Committed {
        tail = List.copyOf(tail);
    }

    /// A room of which nothing is stored.
    static Committed nothing(RoomState fresh) {
        return new Committed(fresh, fresh.head(), List.of(), true);
    }

    long version() {
        return head.version();
    }

    boolean isOlderThan(RoomHead other) {
        return head.commits() < other.commits();
    }

    /// Whether the room is on disk at all.
    boolean exists() {
        return head.version() > 0;
    }

    RoomStatus status() {
        return state.status();
    }

    /// @param after the state that the append led to
    /// @param positions one a fact of the append
    Committed next(RoomState after, RoomAppend append, long[] positions) {
        long last = positions.length == 0 ? head.lastPos() : positions[positions.length - 1];
        Map<Integer, EventRow> changed = new HashMap<>();
        append.events().forEach(row -> changed.put(row.ev(), row.committed(positions)));
        append.updates().forEach(update -> {
            EventRow row = update.row().committed(positions);
            changed.put(row.ev(), row.pos() == 0 ? at(row, positionOf(row.ev())) : row);
        });
        List<EventRow> rows = new ArrayList<>();
        tail.forEach(row -> rows.add(changed.getOrDefault(row.ev(), row)));
        for (RoomFact fact : append.facts()) {
            if (fact instanceof RoomFact.Live(int ev)) {
                rows.add(changed.get(ev));
            }
        }
        boolean cut = rows.size() > TAIL_MAX;
        List<EventRow> kept = cut ? rows.subList(rows.size() - TAIL_MAX, rows.size()) : rows;
        return new Committed(after, append.head().committed(last), kept, whole && !cut);
    }

    private long positionOf(int ev) {
        return tail.stream()
                .filter(row -> row.ev() == ev)
                .mapToLong(EventRow::pos)
                .findFirst()
                .orElse(0);
    }

    private static EventRow at(EventRow row, long pos) {
        return pos == 0 ? row : row.at(pos);
    }
}
