package im.holm.engine.testing;

import im.holm.engine.core.EventFlags;
import im.holm.engine.core.EventRow;
import im.holm.engine.port.RoomStore.Purge;
import im.holm.engine.port.RoomStore.Survivors;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Removing history from a room in memory.
final class MemoryPurge {

    private MemoryPurge() {}

    private static boolean isBelow(MemoryRoom room, EventRow row, long cut) {
        if (row.tl() != EventRow.NO_TL) {
            return row.tl() < cut;
        }
        return row.ev()
                < room.events.values().stream()
                        .filter(other -> other.tl() != EventRow.NO_TL && other.tl() >= cut)
                        .filter(other -> !other.has(EventFlags.BACKFILLED))
                        .mapToInt(EventRow::ev)
                        .min()
                        .orElse(0);
    }

    static Survivors survivors(MemoryRoom room, long cut) {
        Set<Integer> snapshots = new TreeSet<>();
        Set<Integer> events = new TreeSet<>(room.pendingRedactions.values());
        room.members.values().forEach(member -> events.add(member.ev()));
        for (EventRow row : room.events.values()) {
            if (!isBelow(room, row, cut)) {
                snapshots.addAll(List.of(row.snapBefore(), row.snapAfter(), row.roomSnap()));
                Arrays.stream(row.auth()).forEach(events::add);
                events.add(row.redactedBy());
            }
        }
        return new Survivors(ints(snapshots), ints(events));
    }

    private static int[] ints(Set<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).filter(n -> n > 0).toArray();
    }

    static int purge(MemoryRoom room, Purge purge, int limit) {
        Set<Integer> kept = Arrays.stream(purge.keptEvents()).boxed().collect(Collectors.toSet());
        List<EventRow> gone = room.events.values().stream()
                .filter(row -> !kept.contains(row.ev()) && isBelow(room, row, purge.cut()))
                .limit(limit)
                .toList();
        for (EventRow row : gone) {
            room.events.remove(row.ev());
            room.byId.remove(row.eventId());
            room.timeline.values().remove(row.ev());
        }
        room.purged += gone.size();
        if (gone.size() < limit) {
            finish(room, purge);
        }
        return gone.size();
    }

    private static void finish(MemoryRoom room, Purge purge) {
        room.timeline.headMap(purge.cut()).clear();
        room.events.replaceAll((_, row) ->
                row.tl() == EventRow.NO_TL || row.tl() >= purge.cut() ? row : row.outOfTimeline());
        Set<Integer> snapshots =
                Arrays.stream(purge.keptSnapshots()).boxed().collect(Collectors.toSet());
        room.snapshots.values().removeIf(row -> {
            boolean drop = !snapshots.contains(row.snap());
            if (drop) {
                room.digests.remove(HexFormat.of().formatHex(row.digest()));
            }
            return drop;
        });
        room.missing
                .values()
                .removeIf(children -> children.stream().noneMatch(room.events::containsKey));
    }
}
