package im.holm.rooms;

import im.holm.engine.Memberships;
import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomStatus;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.state.StateMap;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What somebody may know of a room before they are in it, and who may know it: those in it, those
/// who could come in, and everybody if its history is for everybody (client-server API, "Spaces",
/// "Room Previews").
final class RoomSummaries {

    static final String SPACE = "m.space";
    private static final String CHILD = "m.space.child";

    /// Children of one space that are looked at.
    static final int CHILDREN_MAX = 1_000;

    /// Rooms that a restricted room names, at most.
    private static final int ALLOWED_MAX = 100;

    private static final int ORDER_MAX_CHARS = 50;
    private static final Set<String> OPEN_RULES = Set.of("public", "knock", "knock_restricted");
    private static final Set<String> RESTRICTED_RULES = Set.of("restricted", "knock_restricted");

    private final RoomReader rooms;
    private final Memberships memberships;

    RoomSummaries(RoomReader rooms, Memberships memberships) {
        this.rooms = rooms;
        this.memberships = memberships;
    }

    /// A room that this server is in.
    Optional<RoomView> known(RoomId room) {
        return rooms.room(room)
                .filter(view ->
                        view.status() == RoomStatus.JOINED && view.head().snap() != 0);
    }

    /// Whether a local user may know of the room.
    boolean mayKnow(UserId user, RoomView view) {
        Optional<Membership> membership =
                view.stateEvent(StateKey.member(user)).flatMap(RoomAccess::membershipOf);
        if (membership.filter(Membership.BAN::equals).isPresent()) {
            return false;
        }
        return membership
                        .filter(now -> now == Membership.JOIN || now == Membership.INVITE)
                        .isPresent()
                || isOpen(view, room -> isJoined(user, room));
    }

    /// Whether some user of another server may know of the room.
    boolean mayKnow(ServerName server, RoomView view) {
        return memberships.servers(view.identity().roomNid()).contains(server)
                || isOpen(
                        view,
                        room -> known(room)
                                .filter(other -> memberships
                                        .servers(other.identity().roomNid())
                                        .contains(server))
                                .isPresent());
    }

    /// Whether a local user may know of a room that another server described.
    boolean mayKnow(UserId user, JsonObject summary) {
        boolean invited = summary.string("room_id")
                .flatMap(RoomId::parse)
                .flatMap(rooms::room)
                .flatMap(view -> memberships.of(view.identity().roomNid(), user))
                .filter(member -> member.membership() == Membership.INVITE
                        || member.membership() == Membership.JOIN)
                .isPresent();
        String rule = summary.string("join_rule").orElse("public");
        return invited
                || OPEN_RULES.contains(rule)
                || summary.bool("world_readable").orElse(false)
                || RESTRICTED_RULES.contains(rule)
                        && summary
                                .array("allowed_room_ids")
                                .flatMap(JsonArray::strings)
                                .orElse(List.of())
                                .stream()
                                .limit(ALLOWED_MAX)
                                .flatMap(id -> RoomId.parse(id).stream())
                                .anyMatch(room -> isJoined(user, room));
    }

    private boolean isJoined(UserId user, RoomId room) {
        return known(room).filter(view -> RoomAccess.isJoined(view, user)).isPresent();
    }

    private static boolean isOpen(RoomView view, Predicate<RoomId> fulfils) {
        String rule = joinRule(view);
        return OPEN_RULES.contains(rule)
                || RoomAccess.isWorldReadable(view)
                || RESTRICTED_RULES.contains(rule) && allowed(view).stream().anyMatch(fulfils);
    }

    private static String joinRule(RoomView view) {
        return content(view, StateKey.JOIN_RULES).string("join_rule").orElse("invite");
    }

    private static List<RoomId> allowed(RoomView view) {
        return content(view, StateKey.JOIN_RULES)
                .array("allow")
                .flatMap(JsonArray::objects)
                .orElse(List.of())
                .stream()
                .filter(condition -> condition
                        .string("type")
                        .filter("m.room_membership"::equals)
                        .isPresent())
                .flatMap(condition -> condition.string("room_id").stream())
                .flatMap(id -> RoomId.parse(id).stream())
                .limit(ALLOWED_MAX)
                .toList();
    }

    private static JsonObject content(RoomView view, StateKey key) {
        return view.stateEvent(key).map(StoredEvent::content).orElse(JsonObject.EMPTY);
    }

    private static Optional<JsonString> text(RoomView view, String type, String key) {
        return content(view, new StateKey(type, ""))
                .string(key)
                .filter(text -> !text.isEmpty())
                .map(JsonString::new);
    }

    /// What is told of a room. Guests have no access to this server, whatever a room says.
    JsonObject summary(RoomView view) {
        var summary = JsonObject.builder()
                .put("room_id", view.identity().roomId().text())
                .put("num_joined_members", view.head().joined())
                .put("world_readable", RoomAccess.isWorldReadable(view))
                .put("guest_can_join", false)
                .put("join_rule", joinRule(view))
                .put("room_version", view.identity().version().id())
                .putIfPresent("name", text(view, EventTypes.NAME, "name"))
                .putIfPresent("topic", text(view, "m.room.topic", "topic"))
                .putIfPresent("avatar_url", text(view, "m.room.avatar", "url"))
                .putIfPresent("canonical_alias", text(view, EventTypes.CANONICAL_ALIAS, "alias"))
                .putIfPresent("room_type", text(view, EventTypes.CREATE, "type"))
                .putIfPresent("encryption", text(view, "m.room.encryption", "algorithm"));
        if (RESTRICTED_RULES.contains(joinRule(view))) {
            summary.put("allowed_room_ids", JsonArray.ofStrings(allowed(view)));
        }
        return summary.build();
    }

    boolean isSpace(RoomView view) {
        return text(view, EventTypes.CREATE, "type")
                .filter(type -> type.value().equals(SPACE))
                .isPresent();
    }

    /// A room within a space.
    ///
    /// @param event as it is told: stripped, with its time
    record Child(RoomId room, List<ServerName> via, JsonObject event) {

        /// Empty if the event names no room, or no server that knows it.
        static Optional<Child> read(JsonObject event) {
            JsonObject content = event.object("content").orElse(JsonObject.EMPTY);
            List<ServerName> via =
                    content.array("via").flatMap(JsonArray::strings).orElse(List.of()).stream()
                            .limit(10)
                            .flatMap(name -> ServerName.parse(name).stream())
                            .toList();
            return event.string("state_key")
                    .flatMap(RoomId::parse)
                    .filter(_ -> !via.isEmpty())
                    .map(room -> new Child(room, via, event));
        }

        private String order() {
            return event.object("content")
                    .flatMap(content -> content.string("order"))
                    .filter(order -> order.length() <= ORDER_MAX_CHARS
                            && order.chars().allMatch(c -> c >= ' ' && c <= '~'))
                    .orElse("");
        }

        private long time() {
            return event.integer("origin_server_ts").orElse(0);
        }

        boolean suggested() {
            return event.object("content")
                    .flatMap(content -> content.bool("suggested"))
                    .orElse(false);
        }

        /// Those with an order first ("Ordering of children within a space").
        static Comparator<Child> inOrder() {
            return Comparator.comparing((Child child) -> child.order().isEmpty())
                    .thenComparing(Child::order)
                    .thenComparingLong(Child::time)
                    .thenComparing(child -> child.room().text());
        }
    }

    /// The rooms of a space, in their order; none if it is no space.
    List<Child> children(RoomView view) {
        if (!isSpace(view)) {
            return List.of();
        }
        StateMap state = view.state();
        List<Integer> evs = new ArrayList<>();
        state.forEach((key, ev) -> {
            if (key.type().equals(CHILD)) {
                evs.add(ev);
            }
        });
        return view.events(evs.stream().mapToInt(Integer::intValue).toArray()).stream()
                .flatMap(event -> Child.read(stripped(event)).stream())
                .sorted(Child.inOrder())
                .limit(CHILDREN_MAX)
                .toList();
    }

    private static JsonObject stripped(StoredEvent event) {
        return JsonObject.builder()
                .put("type", event.row().type())
                .put("state_key", event.row().stateKey().orElse(""))
                .put("sender", event.row().sender().toString())
                .put("origin_server_ts", event.row().originTs())
                .put("content", event.content())
                .build();
    }
}
