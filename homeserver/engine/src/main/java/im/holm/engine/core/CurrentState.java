package im.holm.engine.core;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.id.UserId;
import im.holm.protocol.state.StateMap;

import java.util.Optional;

/// What follows when the room's current state changes: its entries, who is in the room, on which
/// servers, and whether this one still is.
final class CurrentState {

    private CurrentState() {}

    /// Makes `current` the room's state.
    ///
    /// @param fact of the event that changed it, [EventRow#NO_FACT] if no event did: then it
    /// gets a fact of
    ///     its own
    static void change(RoomDraft draft, Snapshot current, int fact) {
        Snapshot before = draft.current();
        if (current.snap() == before.snap()) {
            return;
        }
        int told = fact == EventRow.NO_FACT
                ? draft.fact(new RoomFact.StateRepaired(before.snap(), current.snap()))
                : fact;
        draft.head = draft.head.withSnap(current.snap());
        for (StateMap.Change change : before.map().diff(current.map())) {
            draft.stateChange(change.key(), change.after());
            if (change.key().type().equals(EventTypes.MEMBER)) {
                member(draft, change, told);
            }
        }
        changeStatus(draft);
    }

    private static void member(RoomDraft draft, StateMap.Change change, int fact) {
        Optional<UserId> user = UserId.parse(change.key().key());
        if (user.isEmpty()) {
            return;
        }
        Membership before = membership(draft, change.before());
        Membership after = membership(draft, change.after());
        int from = change.after() == StateMap.ABSENT ? change.before() : change.after();
        draft.memberChange(user.get(), after, from, fact);
        int joined = one(after, Membership.JOIN) - one(before, Membership.JOIN);
        int invited = one(after, Membership.INVITE) - one(before, Membership.INVITE);
        draft.head = draft.head.withMembers(
                draft.head.joined() + joined, draft.head.invited() + invited);
        if (user.get().server().equals(draft.self)) {
            draft.localJoined = after == Membership.JOIN
                    ? draft.localJoined.with(user.get(), true)
                    : draft.localJoined.without(user.get());
        }
        if (joined != 0) {
            draft.count(user.get().server(), joined);
        }
    }

    private static int one(Membership membership, Membership wanted) {
        return membership == wanted ? 1 : 0;
    }

    private static Membership membership(RoomDraft draft, int ev) {
        return ev == StateMap.ABSENT
                ? Membership.LEAVE
                : draft.event(ev).flatMap(KnownEvent::membership).orElse(Membership.LEAVE);
    }

    private static void changeStatus(RoomDraft draft) {
        if (draft.status == RoomStatus.BLOCKED || draft.status == RoomStatus.PURGING) {
            return;
        }
        boolean joined = draft.servers.has(draft.self);
        if (joined) {
            draft.status = RoomStatus.JOINED;
        } else if (draft.status == RoomStatus.JOINED && draft.head.version() > 0) {
            draft.status = RoomStatus.LEFT;
        }
    }

    /// Finds this server's joined users in the current state of a room that was just loaded.
    static void rememberLocalMembers(RoomDraft draft) {
        draft.current().map().forEach((key, ev) -> {
            if (key.type().equals(EventTypes.MEMBER)) {
                UserId.parse(key.key())
                        .filter(user -> user.server().equals(draft.self))
                        .filter(user -> membership(draft, ev) == Membership.JOIN)
                        .ifPresent(user -> draft.localJoined = draft.localJoined.with(user, true));
            }
        });
    }
}
