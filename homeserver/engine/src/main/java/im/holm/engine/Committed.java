package im.holm.engine;

import im.holm.engine.core.EventFlags;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.RoomAppend;
import im.holm.engine.core.RoomFact;
import im.holm.engine.core.RoomHead;
import im.holm.engine.core.RoomState;
import im.holm.engine.core.RoomStatus;

import java.util.ArrayList;
import java.util.Arrays;
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
/// @param locals numbers of the joined users of this server, ascending
/// @param moves the newest changes of local users' memberships, oldest first, at most [#MOVES_MAX]
/// @param shape version of the head when something else last changed in the timeline than that live
/// events were added at its end
/// @param shapedTl its last timeline key then: above it there are nothing but the live events as
/// they came
record Committed(
        RoomState state,
        RoomHead head,
        List<EventRow> tail,
        boolean whole,
        long[] locals,
        List<Move> moves,
        long shape,
        long shapedTl) {

    static final int TAIL_MAX = 64;
    static final int MOVES_MAX = 64;

    /// About what a row takes beside its bytes.
    private static final int ROW_BYTES = 512;

    /// A local user's membership changed.
    ///
    /// @param pos of the commit that changed it
    record Move(long userNid, boolean joined, long pos) {

        Move at(long position) {
            return new Move(userNid, joined, position);
        }
    }

    Committed {
        tail = List.copyOf(tail);
        moves = List.copyOf(moves);
    }

    /// A room of which nothing is stored.
    static Committed nothing(RoomState fresh) {
        return new Committed(
                fresh,
                fresh.head(),
                List.of(),
                true,
                new long[0],
                List.of(),
                0,
                fresh.head().tlTop());
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

    /// About what the room takes in memory.
    long weightBytes() {
        long weight = state.weightBytes() + 8L * locals.length;
        for (EventRow row : tail) {
            weight += ROW_BYTES + row.json().length;
        }
        return weight;
    }

    /// @param after the state that the append led to
    /// @param moved local users whose memberships it changes
    /// @param positions one a fact of the append
    Committed next(RoomState after, RoomAppend append, List<Move> moved, long[] positions) {
        long last = positions.length == 0 ? head.lastPos() : positions[positions.length - 1];
        List<EventRow> rows = rowsAfter(append, positions);
        boolean cut = rows.size() > TAIL_MAX;
        boolean reshaped = reshapes(append);
        return new Committed(
                after,
                append.head().committed(last),
                cut ? rows.subList(rows.size() - TAIL_MAX, rows.size()) : rows,
                whole && !cut,
                moved.isEmpty() ? locals : localsAfter(moved),
                moved.isEmpty() ? moves : movesAfter(moved, last),
                reshaped ? append.head().version() : shape,
                reshaped ? append.head().tlTop() : shapedTl);
    }

    private List<EventRow> rowsAfter(RoomAppend append, long[] positions) {
        Map<Integer, EventRow> changed = new HashMap<>();
        append.events().forEach(row -> changed.put(row.ev(), row.committed(positions)));
        append.updates().forEach(update -> {
            EventRow row = update.row().committed(positions);
            changed.put(row.ev(), row.pos() == 0 ? at(row, positionOf(row.ev())) : row);
        });
        List<EventRow> rows = new ArrayList<>(tail.size() + append.facts().size());
        if (append.updates().isEmpty()) {
            rows.addAll(tail);
        } else {
            tail.forEach(row -> rows.add(changed.getOrDefault(row.ev(), row)));
        }
        for (RoomFact fact : append.facts()) {
            if (fact instanceof RoomFact.Live(int ev)) {
                rows.add(changed.get(ev));
            }
        }
        return rows;
    }

    private static boolean reshapes(RoomAppend append) {
        return !append.updates().isEmpty()
                || append.events().stream().anyMatch(row -> row.has(EventFlags.BACKFILLED));
    }

    private long[] localsAfter(List<Move> moved) {
        long[] now = locals;
        for (Move move : moved) {
            int at = Arrays.binarySearch(now, move.userNid());
            if (move.joined() && at < 0) {
                int place = -at - 1;
                long[] more = Arrays.copyOf(now, now.length + 1);
                System.arraycopy(now, place, more, place + 1, now.length - place);
                more[place] = move.userNid();
                now = more;
            } else if (!move.joined() && at >= 0) {
                long[] fewer = Arrays.copyOf(now, now.length - 1);
                System.arraycopy(now, at + 1, fewer, at, fewer.length - at);
                now = fewer;
            }
        }
        return now;
    }

    private List<Move> movesAfter(List<Move> moved, long position) {
        List<Move> all = new ArrayList<>(moves);
        moved.forEach(move -> all.add(move.at(position)));
        return all.size() > MOVES_MAX ? all.subList(all.size() - MOVES_MAX, all.size()) : all;
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
