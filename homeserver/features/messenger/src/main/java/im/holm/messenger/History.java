package im.holm.messenger;

import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.RoomView.TimelinePage;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.EventRow;
import im.holm.messenger.ThreadAccess.Access;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.http.Method;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.slice.Caller;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Operation;
import im.holm.slice.Operation.Result;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// `GET /v1/threads/{thread_id}/messages`.
final class History {

    static final int LIMIT_DEFAULT = 50;
    static final int LIMIT_MAX = 100;

    /// Events looked at for one page: of a thread that is mostly joins and leaves a page may
    /// hold less than asked for.
    private static final int SCAN_MAX = 2_000;

    /// Gaps that one page fills, at most, each from other servers.
    private static final int FILLS_MAX = 3;

    private static final int FILL_EVENTS = 100;

    private final RoomReader rooms;
    private final ThreadAccess access;
    private final People people;

    History(RoomReader rooms, ThreadAccess access, People people) {
        this.rooms = rooms;
        this.access = access;
        this.people = people;
    }

    Operation operation() {
        return new Operation(
                Method.GET,
                "/v1/threads/{thread_id}/messages",
                new Documented("getMessages", "holm", "HistoryTest"),
                this::get);
    }

    private Result get(Caller caller, JsonObject body) {
        var input = Fields.of(body);
        String threadId = input.string("thread_id");
        int limit = Inputs.limit(input, LIMIT_DEFAULT, LIMIT_MAX);
        Optional<MessageId> before = input.optionalId("before", MessageId::parse);
        Optional<MessageId> after = input.optionalId("after", MessageId::parse);
        if (before.isPresent() && after.isPresent()) {
            input.refuse(ErrorCode.INVALID_PARAM, "give one of 'before' and 'after'");
        }
        if (input.failed()) {
            return Answers.flaw(input);
        }
        return switch (access.of(caller.user(), threadId)) {
            case Access.None _ -> Answers.failed(Answers.noThread());
            case Access.Invited _ -> Answers.failed(Answers.notAccepted());
            case Access.Joined(RoomView view) ->
                page(caller, view, before.or(() -> after), after.isEmpty(), limit);
        };
    }

    private Result page(
            Caller caller, RoomView view, Optional<MessageId> edge, boolean backwards, int limit) {
        long from = backwards ? Long.MAX_VALUE : Long.MIN_VALUE + 1;
        if (edge.isPresent()) {
            Optional<StoredEvent> event = view.event(edge.get().event())
                    .filter(found -> found.row().tl() != EventRow.NO_TL);
            if (event.isEmpty()) {
                return Answers.failed(
                        ErrorCode.NOT_FOUND, "There is no such message in the thread.");
            }
            from = event.get().row().tl();
        }
        var reading = new Reading(caller, view, backwards, limit, from);
        reading.run();
        return Answers.ok(reading.answer());
    }

    /// One page, put together from as many reads as it takes.
    private final class Reading {
        private final Caller caller;
        private final boolean backwards;
        private final int limit;
        private final List<StoredEvent> messages = new ArrayList<>();
        private RoomView view;
        private long at;
        private int scanned;
        private boolean exhausted;
        private Optional<StoredEvent> first = Optional.empty();
        private Optional<StoredEvent> last = Optional.empty();

        Reading(Caller caller, RoomView view, boolean backwards, int limit, long from) {
            this.caller = caller;
            this.view = view;
            this.backwards = backwards;
            this.limit = limit;
            this.at = from;
        }

        void run() {
            int fills = 0;
            while (messages.size() < limit && scanned < SCAN_MAX && !exhausted) {
                TimelinePage page = view.page(at, backwards, limit - messages.size());
                page.events().forEach(this::take);
                at = page.end();
                exhausted = page.exhausted();
                if (page.gap() && (fills++ == FILLS_MAX || !view.fill(at, FILL_EVENTS))) {
                    return;
                }
                if (page.gap()) {
                    view = rooms.room(view.identity().roomNid()).orElse(view);
                } else if (page.events().isEmpty()) {
                    return;
                }
            }
        }

        private void take(StoredEvent event) {
            scanned++;
            first = first.or(() -> Optional.of(event));
            last = Optional.of(event);
            if (MessageView.shows(view, event, caller.user())) {
                messages.add(event);
            }
        }

        /// Newest first, by `sort_key`: what is concurrent stands in the same order
        /// everywhere.
        JsonObject answer() {
            List<JsonObject> rendered = new ArrayList<>(MessageView.render(view, messages, caller));
            rendered.sort(Comparator.comparing(
                            (JsonObject message) -> message.string("sort_key").orElseThrow())
                    .reversed());
            Optional<StoredEvent> oldest = backwards ? last : first;
            Optional<StoredEvent> newest = backwards ? first : last;
            var paging = JsonObject.builder()
                    .put("next", cursor(oldest.filter(_ -> !(backwards && exhausted))))
                    .put("previous", cursor(newest));
            return JsonObject.builder()
                    .put("messages", JsonArray.of(rendered))
                    .put("participants", people.listed(view, caller.user()))
                    .put("paging", paging.build())
                    .build();
        }

        private JsonValue cursor(Optional<StoredEvent> event) {
            return MessageView.orNull(
                    event.map(found -> new MessageId(found.row().eventId()).toString()));
        }
    }
}
