package im.holm.engine.core;

import im.holm.protocol.id.EventId;

import java.util.HashSet;
import java.util.Set;

/// What a step lacks: gathered while it prepares, asked for in one look-up.
final class Wanted {

    private final Set<EventId> ids = new HashSet<>();
    private final Set<Integer> evs = new HashSet<>();
    private final Set<Integer> snapshots = new HashSet<>();
    private final Set<StateDigest> digests = new HashSet<>();

    void id(EventId id) {
        ids.add(id);
    }

    void ev(int ev) {
        evs.add(ev);
    }

    void snapshot(int snap) {
        snapshots.add(snap);
    }

    void digest(StateDigest wanted) {
        digests.add(wanted);
    }

    boolean isEmpty() {
        return ids.isEmpty() && evs.isEmpty() && snapshots.isEmpty() && digests.isEmpty();
    }

    RoomEffect.Lookup lookup() {
        return new RoomEffect.Lookup(
                Set.copyOf(ids),
                Set.copyOf(evs),
                Set.copyOf(snapshots),
                digests.stream().map(StateDigest::toBytes).toList());
    }
}
