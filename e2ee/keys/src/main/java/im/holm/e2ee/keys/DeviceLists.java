package im.holm.e2ee.keys;

import im.holm.engine.Memberships;
import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.core.Membership;
import im.holm.engine.port.Identities;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.journal.FactKind;
import im.holm.journal.Journal;
import im.holm.journal.JournalEntry;
import im.holm.journal.Position;
import im.holm.journal.Vector;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.state.StateMap;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/// Whose devices a client has to look at again, and whose no longer (client-server API, "Tracking
/// the device list for a user"): of those who share a room with its user.
final class DeviceLists {

    private final KeyTable keys;
    private final Memberships memberships;
    private final RoomReader rooms;
    private final Identities identities;

    /// Before this cut facts may lie that this run has not seen.
    private final Vector start;

    /// The newest change of anybody's list in this run.
    private volatile long lastChange;

    /// Changes up to here have been noted.
    private volatile Vector seen = Vector.ZERO;

    DeviceLists(
            KeyTable keys,
            Memberships memberships,
            RoomReader rooms,
            Identities identities,
            Journal journal) {
        this.keys = keys;
        this.memberships = memberships;
        this.rooms = rooms;
        this.identities = identities;
        journal.watch(this::see);
        this.start = journal.visible();
    }

    private void see(List<JournalEntry> entries, Vector now) {
        for (JournalEntry entry : entries) {
            if (entry.fact().kind() == FactKind.DEVICE_LIST) {
                lastChange = entry.position();
            }
        }
        seen = now;
    }

    record Diff(Set<UserId> changed, Set<UserId> left) {

        boolean isEmpty() {
            return changed.isEmpty() && left.isEmpty();
        }
    }

    /// @param own all memberships of the user at `to`
    /// @param touched whether something may have happened in a room in between
    Diff between(
            UserId user,
            long userNid,
            Vector from,
            Vector to,
            Collection<StoredMember> own,
            LongPredicate touched) {
        var stretch = new Stretch(user, from, to);
        for (StoredMember member : own) {
            stretch.look(member, touched);
        }
        // A reader may be woken before this has seen what it is woken for.
        if (!seen.covers(to) || !from.covers(start) || !from.covers(lastChange)) {
            stretch.lookAtKeys(userNid);
        }
        return stretch.diff();
    }

    /// Between two cuts, for one user.
    private final class Stretch {

        private final UserId user;
        private final Vector from;
        private final Vector to;
        private final Set<UserId> changed = new TreeSet<>();
        private final Set<UserId> gone = new TreeSet<>();

        Stretch(UserId user, Vector from, Vector to) {
            this.user = user;
            this.from = from;
            this.to = to;
        }

        private boolean isNew(long position) {
            return to.covers(position) && !from.covers(position);
        }

        void look(StoredMember member, LongPredicate touched) {
            boolean joined = member.membership() == Membership.JOIN;
            boolean moved = isNew(member.pos());
            if (!moved && (!joined || !touched.test(member.roomNid()))) {
                return;
            }
            Optional<RoomView> view = rooms.room(member.roomNid());
            if (view.isEmpty()) {
                return;
            }
            if (joined) {
                look(view.get());
            } else {
                int before = view.get().snapAt(from);
                everybody(view.get(), before, gone);
            }
        }

        /// A room that the user is in: was the user in it before, it is what changed that
        /// counts, and else everybody.
        private void look(RoomView view) {
            int before = view.snapAt(from);
            int after = view.snapAt(to);
            if (before == after) {
                return;
            }
            if (before == 0 || !isJoined(view, before, user)) {
                everybody(view, after, changed);
                return;
            }
            for (StateMap.Change change : view.state(before).diff(view.state(after))) {
                if (change.key().type().equals(EventTypes.MEMBER)) {
                    UserId.parse(change.key().key()).ifPresent(other -> {
                        boolean was = isJoined(view, change.before());
                        boolean is = isJoined(view, change.after());
                        if (is && !was) {
                            changed.add(other);
                        } else if (was && !is) {
                            gone.add(other);
                        }
                    });
                }
            }
        }

        private void everybody(RoomView view, int snap, Set<UserId> into) {
            if (snap == 0) {
                return;
            }
            view.state(snap).forEach((key, ev) -> {
                if (key.type().equals(EventTypes.MEMBER) && isJoined(view, ev)) {
                    UserId.parse(key.key()).ifPresent(into::add);
                }
            });
        }

        private boolean isJoined(RoomView view, int snap, UserId member) {
            return view.state(snap).get(StateKey.member(member)).stream()
                    .anyMatch(ev -> isJoined(view, ev));
        }

        private boolean isJoined(RoomView view, int ev) {
            return ev != StateMap.ABSENT
                    && view.events(new int[] {ev}).stream()
                            .anyMatch(event -> event.content()
                                    .string("membership")
                                    .filter("join"::equals)
                                    .isPresent());
        }

        void lookAtKeys(long userNid) {
            long floor = floor();
            Map<Long, Long> lists = keys.changedAbove(floor);
            lists.forEach((nid, position) -> {
                if (isNew(position)) {
                    UserId other = identities.user(nid);
                    if (other.equals(user) || memberships.shareARoom(user, other)) {
                        changed.add(other);
                    }
                }
            });
            keys.signedAbove(userNid, floor).forEach((nid, position) -> {
                if (isNew(position)) {
                    changed.add(identities.user(nid));
                }
            });
        }

        /// Everything new has a position above this one.
        private long floor() {
            long floor = Long.MAX_VALUE;
            for (long position : to.positions()) {
                floor = Math.min(floor, from.at(Position.slot(position)));
            }
            return floor == Long.MAX_VALUE ? 0 : floor;
        }

        Diff diff() {
            Set<UserId> left = new TreeSet<>();
            for (UserId other : gone) {
                if (!other.equals(user) && !memberships.shareARoom(user, other)) {
                    left.add(other);
                }
            }
            changed.removeAll(left);
            return new Diff(changed, left);
        }
    }
}
