package im.holm.rooms;

import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.EventRow;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Kernel;
import im.holm.slice.Parameters;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reading a room's history: pages, the surroundings of an event, one event (client-server API,
/// "Getting events for a room").
final class Messages {

    static final int LIMIT_DEFAULT = 10;
    static final int LIMIT_MAX = 500;

    private final InstantSource time;
    private final RoomAccess access;
    private final Places places;

    Messages(Kernel kernel, RoomAccess access, Places places) {
        this.time = kernel.time();
        this.access = access;
        this.places = places;
    }

    List<ClientRoute> routes() {
        return List.of(
                // It may ask other servers for what is missing.
                route("messages", "getRoomEvents", this::messages).asLongPoll(),
                route("context/{eventId}", "getEventContext", this::context),
                route("event/{eventId}", "getOneRoomEvent", this::event));
    }

    private static ClientRoute route(
            String path, String operationId, ClientRoute.UserHandler handler) {
        return ClientRoute.user(
                Method.GET,
                "/_matrix/client/v3/rooms/{roomId}/" + path,
                new Documented(operationId, "r0", "MessagesTest"),
                handler);
    }

    private Response messages(Caller caller, Request http) {
        Parameters parameters = Parameters.of(http);
        Optional<RoomId> room = parameters.path("roomId", RoomId::parse);
        Optional<Boolean> backwards = parameters.requiredQuery("dir", Messages::direction);
        Optional<Places.Place> from = parameters.query("from", places::parse);
        Optional<Places.Place> to = parameters.query("to", places::parse);
        EventFilter filter = EventFilter.parse(parameters.query("filter"), parameters);
        int limit = limit(parameters, filter);
        if (parameters.failed()) {
            return parameters.failure();
        }
        return switch (access.readable(caller.user(), room.orElseThrow())) {
            case RoomAccess.Access.Denied(Problem problem) -> Response.of(problem);
            case RoomAccess.Access.Granted(var readable) ->
                page(caller, readable, backwards.orElseThrow(), from, to, filter, limit);
        };
    }

    private Response page(
            Caller caller,
            RoomAccess.Readable readable,
            boolean backwards,
            Optional<Places.Place> from,
            Optional<Places.Place> to,
            EventFilter filter,
            int limit) {
        RoomView view = readable.view();
        var timeline = new Timeline(view, caller.user(), readable.tlMax());
        RoomToken start = from.map(place -> Places.in(view, place))
                .orElseGet(() -> backwards
                        ? timeline.newest()
                        : new RoomToken(view.head().tlBottom()));
        Optional<RoomToken> stop = to.map(place -> Places.in(view, place));
        var page = timeline.read(
                start,
                backwards,
                limit,
                event -> filter.wants(event)
                        && stop.map(place -> isBefore(event, place, backwards)).orElse(true));
        boolean stopped = stop.map(place ->
                        backwards ? page.end().tl() <= place.tl() : page.end().tl() >= place.tl())
                .orElse(false);
        var rendition = new Rendition(view, caller, time.millis(), Rendition.Form.WITH_ROOM_ID);
        var out = new JsonOut();
        out.beginObject().key("chunk");
        rendition.writeAll(out, page.events());
        out.field("start", start.text());
        if (!page.exhausted() && !stopped) {
            out.field("end", page.end().text());
        }
        if (filter.lazyLoadMembers()) {
            out.key("state");
            rendition.writeState(out, members(view, page.events()));
        }
        return Answers.json(out.endObject());
    }

    private static boolean isBefore(StoredEvent event, RoomToken stop, boolean backwards) {
        return backwards ? event.row().tl() >= stop.tl() : event.row().tl() < stop.tl();
    }

    /// Member events of those who sent the events, as they were at the newest of each.
    private static List<StoredEvent> members(RoomView view, Collection<StoredEvent> events) {
        Map<String, StoredEvent> members = new LinkedHashMap<>();
        for (StoredEvent event : events) {
            EventRow row = event.row();
            if (row.snapBefore() != 0 && !members.containsKey(row.sender().toString())) {
                view.stateEvent(row.snapBefore(), StateKey.member(row.sender()))
                        .ifPresent(member -> members.put(row.sender().toString(), member));
            }
        }
        return List.copyOf(members.values());
    }

    private Response context(Caller caller, Request http) {
        Parameters parameters = Parameters.of(http);
        Optional<RoomId> room = parameters.path("roomId", RoomId::parse);
        Optional<EventId> eventId = parameters.path("eventId", EventId::parse);
        EventFilter filter = EventFilter.parse(parameters.query("filter"), parameters);
        int limit = limit(parameters, filter);
        if (parameters.failed()) {
            return parameters.failure();
        }
        return switch (access.readable(caller.user(), room.orElseThrow())) {
            case RoomAccess.Access.Denied(Problem problem) -> Response.of(problem);
            case RoomAccess.Access.Granted(var readable) ->
                find(caller, readable, eventId.orElseThrow())
                        .map(event -> around(caller, readable, event, filter, limit))
                        .orElseGet(Messages::noSuchEvent);
        };
    }

    private Response around(
            Caller caller,
            RoomAccess.Readable readable,
            StoredEvent event,
            EventFilter filter,
            int limit) {
        RoomView view = readable.view();
        long tl = event.row().tl();
        var timeline = new Timeline(view, caller.user(), readable.tlMax());
        var before = timeline.read(new RoomToken(tl), true, limit / 2, filter::wants);
        var after = timeline.read(RoomToken.after(tl), false, limit - limit / 2, filter::wants);
        var rendition = new Rendition(view, caller, time.millis(), Rendition.Form.WITH_ROOM_ID);
        var out = new JsonOut();
        out.beginObject();
        out.key("event");
        rendition.write(out, event);
        out.key("events_before");
        rendition.writeAll(out, before.events());
        out.key("events_after");
        rendition.writeAll(out, after.events());
        out.field("start", before.end().text()).field("end", after.end().text());
        out.key("state");
        rendition.writeState(out, stateAround(view, event, before, after, filter));
        return Answers.json(out.endObject());
    }

    /// The state at the last event of the answer; with lazy loading only its senders' members.
    private static List<StoredEvent> stateAround(
            RoomView view,
            StoredEvent event,
            Timeline.Page before,
            Timeline.Page after,
            EventFilter filter) {
        StoredEvent last = after.events().isEmpty() ? event : after.events().getLast();
        if (last.row().snapAfter() == 0) {
            return List.of();
        }
        List<StoredEvent> shown = new ArrayList<>(before.events());
        shown.add(event);
        shown.addAll(after.events());
        if (filter.lazyLoadMembers()) {
            return members(view, shown.reversed());
        }
        return view.events(view.state(last.row().snapAfter()).events()).stream()
                .filter(filter::wants)
                .toList();
    }

    private Response event(Caller caller, Request http) {
        Parameters parameters = Parameters.of(http);
        Optional<RoomId> room = parameters.path("roomId", RoomId::parse);
        Optional<EventId> eventId = parameters.path("eventId", EventId::parse);
        if (parameters.failed()) {
            return parameters.failure();
        }
        return switch (access.readable(caller.user(), room.orElseThrow())) {
            case RoomAccess.Access.Denied _ -> noSuchEvent();
            case RoomAccess.Access.Granted(var readable) ->
                find(caller, readable, eventId.orElseThrow())
                        .map(event -> Response.json(new Rendition(
                                        readable.view(),
                                        caller,
                                        time.millis(),
                                        Rendition.Form.WITH_ROOM_ID)
                                .bytes(event)))
                        .orElseGet(Messages::noSuchEvent);
        };
    }

    /// An event of the timeline that the caller may see.
    private static Optional<StoredEvent> find(
            Caller caller, RoomAccess.Readable readable, EventId eventId) {
        return readable.view()
                .event(eventId)
                .filter(event -> event.row().tl() != EventRow.NO_TL
                        && event.row().tl() <= readable.tlMax()
                        && readable.view().visible(event, caller.user()));
    }

    private static Response noSuchEvent() {
        return Answers.notFound("There is no such event, or you may not see it.");
    }

    private static Optional<Boolean> direction(String text) {
        return switch (text) {
            case "b" -> Optional.of(true);
            case "f" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static int limit(Parameters parameters, EventFilter filter) {
        int asked = (int) parameters.integer("limit", 0, LIMIT_MAX).orElse(LIMIT_DEFAULT);
        return Math.min(asked, filter.limit().orElse(LIMIT_MAX));
    }
}
