package im.holm.messenger;

import im.holm.engine.Memberships;
import im.holm.engine.RoomReader;
import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Caller;
import im.holm.slice.GatewayEvents;
import im.holm.slice.Typing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The gateway's `typing` events: who starts and who stops, in the threads that the user is in.
final class TypingEvents implements GatewayEvents {

    private final RoomReader rooms;
    private final Memberships memberships;
    private final Typing typing;

    TypingEvents(RoomReader rooms, Memberships memberships, Typing typing) {
        this.rooms = rooms;
        this.memberships = memberships;
        this.typing = typing;
    }

    @Override
    public Reader open(Caller caller) {
        return new Listener(caller);
    }

    private final class Listener implements Reader {
        private final Caller caller;

        /// Who was last said to type, by room; rooms where nobody does are left out.
        private final Map<Long, Set<UserId>> told = new HashMap<>();

        Listener(Caller caller) {
            this.caller = caller;
        }

        @Override
        public Events read(Cut from, Cut to) {
            if (to.ephemeral() <= from.ephemeral()) {
                return Events.NONE;
            }
            List<Event> events = new ArrayList<>();
            for (StoredMember member : memberships.ofUser(caller.user())) {
                if (member.membership() == Membership.JOIN
                        && typing.changedAt(member.roomNid()) > from.ephemeral()) {
                    tell(member.roomNid(), events);
                }
            }
            return new Events(events, false);
        }

        private void tell(long roomNid, List<Event> events) {
            Set<UserId> now = typing.in(roomNid).stream()
                    .filter(user -> !user.equals(caller.user()))
                    .collect(Collectors.toSet());
            Set<UserId> before = told.getOrDefault(roomNid, Set.of());
            rooms.room(roomNid).ifPresent(view -> {
                String threadId = new ThreadId(view.identity().roomId()).text();
                now.stream()
                        .filter(user -> !before.contains(user))
                        .forEach(user -> events.add(event(threadId, user, true)));
                before.stream()
                        .filter(user -> !now.contains(user))
                        .forEach(user -> events.add(event(threadId, user, false)));
            });
            if (now.isEmpty()) {
                told.remove(roomNid);
            } else {
                told.put(roomNid, now);
            }
        }
    }

    private static Event event(String threadId, UserId user, boolean isTyping) {
        var data = JsonObject.builder()
                .put("thread_id", threadId)
                .put("user_id", user.toString())
                .put("is_typing", isTyping)
                .build();
        return new Event(Event.EPHEMERAL, "typing", data);
    }
}
