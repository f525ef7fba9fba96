package im.holm.rooms;

import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.state.StateMap;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The state that a `/sync` answer tells of a room beside its timeline: what leads from the state
/// that the client has to the one that it shall have.
final class SyncState {

    private final RoomView view;
    private final SyncRequest request;
    private final StateMap known;
    private final StateMap start;
    private final StateMap end;
    private final boolean whole;

    /// @param knownSnap the state that the client has; 0 for none
    /// @param startSnap the state at the start of the timeline
    /// @param endSnap the state at its end
    SyncState(RoomView view, SyncRequest request, int knownSnap, int startSnap, int endSnap) {
        this.view = view;
        this.request = request;
        this.known = state(view, knownSnap);
        this.start = state(view, startSnap);
        this.end = state(view, endSnap);
        this.whole = knownSnap == 0;
    }

    private static StateMap state(RoomView view, int snap) {
        return snap == 0 ? StateMap.EMPTY : view.state(snap);
    }

    /// Whether something changed by which clients name and describe the room.
    boolean changesSummary() {
        return whole
                || known.diff(end).stream()
                        .map(change -> change.key().type())
                        .anyMatch(type -> type.equals(EventTypes.MEMBER)
                                || type.equals(EventTypes.NAME)
                                || type.equals(EventTypes.CANONICAL_ALIAS));
    }

    StateMap atEnd() {
        return end;
    }

    /// @param heroes whose member events a summary in the same answer needs
    List<StoredEvent> events(List<StoredEvent> timeline, Collection<String> heroes) {
        Map<StateKey, Integer> told = new HashMap<>();
        StateMap target = request.stateForm().isAfter() ? end : start;
        put(told, known, target);
        if (!request.stateForm().isAfter()) {
            putWhatTheTimelineHides(told, timeline);
        }
        if (request.filter().lazyLoadMembers()) {
            loadLazily(told, target, timeline, heroes);
        }
        int[] evs = told.values().stream().mapToInt(Integer::intValue).sorted().toArray();
        return view.events(evs).stream()
                .filter(event -> request.filter().state().wants(event))
                .toList();
    }

    private static void put(Map<StateKey, Integer> told, StateMap before, StateMap after) {
        before.diff(after).stream()
                .filter(change -> change.after() != StateMap.ABSENT)
                .forEach(change -> told.put(change.key(), change.after()));
    }

    /// State that changed within the timeline without an event there: by resolution of a fork,
    /// or because the filter left the event out.
    private void putWhatTheTimelineHides(Map<StateKey, Integer> told, List<StoredEvent> timeline) {
        Set<StateKey> shown = new HashSet<>();
        for (StoredEvent event : timeline) {
            event.row()
                    .stateKey()
                    .ifPresent(key -> shown.add(new StateKey(event.row().type(), key)));
        }
        start.diff(end).stream()
                .filter(change ->
                        change.after() != StateMap.ABSENT && !shown.contains(change.key()))
                .forEach(change -> told.put(change.key(), change.after()));
    }

    /// Of a whole state only the members that the answer needs are told; of a difference all
    /// that changed, since the client cannot know that they did.
    private void loadLazily(
            Map<StateKey, Integer> told,
            StateMap target,
            List<StoredEvent> timeline,
            Collection<String> heroes) {
        Set<StateKey> needed = new HashSet<>();
        timeline.forEach(event -> needed.add(StateKey.member(event.row().sender())));
        heroes.forEach(hero -> needed.add(new StateKey(EventTypes.MEMBER, hero)));
        if (whole) {
            needed.add(StateKey.member(request.caller().user()));
            told.keySet()
                    .removeIf(key -> key.type().equals(EventTypes.MEMBER) && !needed.contains(key));
        }
        for (StateKey key : needed) {
            int ev = target.find(key);
            if (ev != StateMap.ABSENT) {
                told.putIfAbsent(key, ev);
            }
        }
    }
}
