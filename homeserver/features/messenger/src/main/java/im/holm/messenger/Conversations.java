package im.holm.messenger;

import im.holm.engine.Memberships;
import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.journal.Position;
import im.holm.messenger.ThreadSettingTable.Setting;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.http.Method;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonNull;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.slice.Caller;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Operation;
import im.holm.slice.Operation.Result;
import im.holm.slice.Receipts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `GET /v1/conversations`: the caller's threads, those with the latest message first; invitations
/// among them by the time of the invitation.
final class Conversations {

    static final int LIMIT_DEFAULT = 20;
    static final int LIMIT_MAX = 100;

    private final RoomReader rooms;
    private final Memberships memberships;
    private final ThreadView threads;
    private final ThreadSettingTable settings;
    private final Receipts receipts;

    Conversations(
            RoomReader rooms,
            Memberships memberships,
            ThreadView threads,
            ThreadSettingTable settings,
            Receipts receipts) {
        this.rooms = rooms;
        this.memberships = memberships;
        this.threads = threads;
        this.settings = settings;
        this.receipts = receipts;
    }

    Operation operation() {
        return new Operation(
                Method.GET,
                "/v1/conversations",
                new Documented("getConversations", "holm", "ConversationsTest"),
                this::list);
    }

    private enum Filter {
        NONE,
        UNREAD,
        GROUPS,
        ARCHIVED;

        static Optional<Filter> parse(String text) {
            return switch (text) {
                case "unread" -> Optional.of(UNREAD);
                case "groups" -> Optional.of(GROUPS);
                case "archived" -> Optional.of(ARCHIVED);
                default -> Optional.empty();
            };
        }
    }

    /// A place in the list: conversations are ordered by time, then by room number.
    private record Place(long ms, long roomNid) implements Comparable<Place> {

        /// `1699876543000`, or with the room number as in `paging.next`.
        static Optional<Place> parse(String text) {
            int dash = text.indexOf('-');
            long ms = Inputs.decimal(dash < 0 ? text : text.substring(0, dash));
            long roomNid = dash < 0 ? 0 : Inputs.decimal(text.substring(dash + 1));
            return ms < 0 || roomNid < 0 ? Optional.empty() : Optional.of(new Place(ms, roomNid));
        }

        @Override
        public int compareTo(Place other) {
            int byTime = Long.compare(ms, other.ms);
            return byTime != 0 ? byTime : Long.compare(roomNid, other.roomNid);
        }

        @Override
        public String toString() {
            return ms + "-" + roomNid;
        }
    }

    private record Conversation(Place place, RoomView view, StoredMember member, Setting setting) {

        boolean joined() {
            return member.membership() == Membership.JOIN;
        }
    }

    private Result list(Caller caller, JsonObject body) {
        var input = Fields.of(body);
        int limit = Inputs.limit(input, LIMIT_DEFAULT, LIMIT_MAX);
        Optional<Place> before = before(input);
        Filter filter = input.optionalId("filter", Filter::parse).orElse(Filter.NONE);
        if (input.failed()) {
            return Answers.flaw(input);
        }
        List<JsonValue> page = new ArrayList<>();
        Optional<Place> next = Optional.empty();
        Optional<Place> last = Optional.empty();
        for (Conversation conversation : ordered(caller, before)) {
            Optional<JsonObject> shown = shown(conversation, caller, filter);
            if (shown.isPresent() && page.size() == limit) {
                next = last;
                break;
            }
            shown.ifPresent(page::add);
            last = Optional.of(conversation.place());
        }
        var paging = JsonObject.of("next", MessageView.orNull(next.map(Place::toString)));
        return Answers.ok(JsonObject.builder()
                .put("conversations", JsonArray.of(page))
                .put("paging", paging)
                .build());
    }

    private static Optional<Place> before(Fields input) {
        Optional<JsonValue> given = input.object().get("before");
        Optional<Place> place = given.flatMap(value -> switch (value) {
            case JsonInteger(long ms) when ms >= 0 -> Optional.of(new Place(ms, 0));
            case JsonString(String text) -> Place.parse(text);
            case JsonValue _ -> Optional.<Place>empty();
        });
        if (given.filter(value -> !(value instanceof JsonNull)).isPresent() && place.isEmpty()) {
            input.refuse(ErrorCode.INVALID_PARAM, "'before' is neither a time nor a 'next'");
        }
        return place;
    }

    private List<Conversation> ordered(Caller caller, Optional<Place> before) {
        Map<Long, Setting> set = settings.ofUser(caller.userNid());
        return memberships.ofUser(caller.user()).stream()
                .filter(member -> member.membership() == Membership.JOIN
                        || member.membership() == Membership.INVITE)
                .flatMap(member -> rooms
                        .room(member.roomNid())
                        .map(view -> new Conversation(
                                place(view, member),
                                view,
                                member,
                                set.getOrDefault(member.roomNid(), Setting.NONE)))
                        .stream())
                .filter(one -> before.isEmpty() || one.place().compareTo(before.get()) < 0)
                .sorted(Comparator.comparing(Conversation::place).reversed())
                .toList();
    }

    private static Place place(RoomView view, StoredMember member) {
        long ms = member.membership() == Membership.JOIN && view.head().bumpMs() > 0
                ? view.head().bumpMs()
                : Position.millis(member.pos());
        return new Place(ms, member.roomNid());
    }

    /// Empty if the filter leaves it out. Only `archived` shows the archived ones.
    private Optional<JsonObject> shown(Conversation one, Caller caller, Filter filter) {
        if (one.setting().archived() != (filter == Filter.ARCHIVED)) {
            return Optional.empty();
        }
        int unread = one.joined() ? receipts.unread(one.place().roomNid(), caller.userNid()) : 0;
        if (filter == Filter.UNREAD && unread == 0) {
            return Optional.empty();
        }
        JsonObject.Builder thread = one.joined()
                ? threads.joined(one.view(), caller)
                : threads.invited(one.view(), one.member(), caller);
        JsonObject json = thread.put("last_message", lastMessage(one, caller))
                .put("unread_count", unread)
                .put("muted", one.setting().muted())
                .put("archived", one.setting().archived())
                .build();
        boolean group = json.string("thread_type")
                .filter(ThreadType.GROUP.name()::equals)
                .isPresent();
        return filter == Filter.GROUPS && !group ? Optional.empty() : Optional.of(json);
    }

    private static JsonValue lastMessage(Conversation one, Caller caller) {
        int ev = one.view().head().lastMessageEv();
        if (!one.joined() || ev == 0) {
            return JsonNull.NULL;
        }
        return one.view().events(new int[] {ev}).stream()
                .filter(event -> MessageView.shows(one.view(), event, caller.user()))
                .findFirst()
                .map(Conversations::lastMessage)
                .orElse(JsonNull.NULL);
    }

    private static JsonValue lastMessage(StoredEvent event) {
        EventRow row = event.row();
        var content = MessageContent.ofMatrix(event.content());
        return JsonObject.builder()
                .put("message_id", new MessageId(row.eventId()).toString())
                .put("text", MessageView.orNull(content.text()))
                .put("timestamp", row.originTs())
                .put("sender_id", row.sender().toString())
                .build();
    }
}
