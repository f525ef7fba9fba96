package im.holm.federation.serving;

import im.holm.engine.RoomArchive;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonString;
import im.holm.slice.Documented;
import im.holm.slice.FederationRoute;
import im.holm.slice.Fields;
import im.holm.slice.Parameters;

import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/// Other servers read our rooms ("Backfilling and retrieving missing events", "Retrieving events").
///
/// A server that is not in the room, or that the room's ACL keeps out, gets 403 whether or not we
/// know the room; an event that is not there, is of another room or may not be seen is 404.
public final class RoomRoutes {
    /// What get_missing_events gives if nobody says how much.
    private static final int MISSING_DEFAULT = 10;

    /// More ids in a request are refused.
    static final int IDS_MAX = 500;

    /// Events that one backfill may start from.
    static final int BACKFILL_FROM_MAX = 100;

    private static final String V1 = "/_matrix/federation/v1/";
    private static final String TEST = "RoomRoutesTest";

    private final ServerName ourselves;
    private final RoomArchive archive;
    private final InstantSource time;

    public RoomRoutes(ServerName ourselves, RoomArchive archive, InstantSource time) {
        this.ourselves = ourselves;
        this.archive = archive;
        this.time = time;
    }

    public List<FederationRoute> routes() {
        return List.of(
                get("event/{eventId}", "getEvent", this::event),
                get("state/{roomId}", "getRoomState", this::state),
                get("state_ids/{roomId}", "getRoomStateIds", this::stateIds),
                get("event_auth/{roomId}/{eventId}", "getEventAuth", this::eventAuth),
                get("backfill/{roomId}", "backfillRoom", this::backfill),
                FederationRoute.server(
                                Method.POST,
                                V1 + "get_missing_events/{roomId}",
                                new Documented("getMissingPreviousEvents", "r0", TEST),
                                this::missingEvents)
                        .withBodyMaxBytes(Bodies.IDS_MAX_BYTES));
    }

    private static FederationRoute get(
            String path, String operation, FederationRoute.ServerHandler handler) {
        return FederationRoute.server(
                        Method.GET, V1 + path, new Documented(operation, "r0", TEST), handler)
                .withBodyMaxBytes(Bodies.NONE_MAX_BYTES);
    }

    private Response event(ServerName origin, Request request) {
        Parameters path = Parameters.of(request);
        Optional<EventId> eventId = path.path("eventId", EventId::parse);
        if (path.failed()) {
            return path.failure();
        }
        return archive.event(origin, eventId.orElseThrow())
                .map(event -> transaction(List.of(event)))
                .orElseGet(RoomRoutes::noSuchEvent);
    }

    private Response state(ServerName origin, Request request) {
        return atEvent(
                origin,
                request,
                at -> new SplicedJson()
                        .events("auth_chain", at.authChain())
                        .events("pdus", at.state())
                        .response());
    }

    private Response stateIds(ServerName origin, Request request) {
        return atEvent(
                origin,
                request,
                at -> new SplicedJson()
                        .value("auth_chain_ids", ids(at.authChain()))
                        .value("pdu_ids", ids(at.state()))
                        .response());
    }

    private Response atEvent(
            ServerName origin, Request request, Function<RoomArchive.StateAt, Response> answer) {
        Parameters asked = Parameters.of(request);
        Optional<RoomId> room = asked.path("roomId", RoomId::parse);
        Optional<EventId> eventId = asked.requiredQuery("event_id", EventId::parse);
        if (asked.failed()) {
            return asked.failure();
        }
        if (!archive.admits(origin, room.orElseThrow())) {
            return notAdmitted();
        }
        return archive.stateAt(origin, room.get(), eventId.orElseThrow())
                .map(answer)
                .orElseGet(RoomRoutes::noSuchEvent);
    }

    private Response eventAuth(ServerName origin, Request request) {
        Parameters path = Parameters.of(request);
        Optional<RoomId> room = path.path("roomId", RoomId::parse);
        Optional<EventId> eventId = path.path("eventId", EventId::parse);
        if (path.failed()) {
            return path.failure();
        }
        if (!archive.admits(origin, room.orElseThrow())) {
            return notAdmitted();
        }
        return archive.authChain(origin, room.get(), eventId.orElseThrow())
                .map(chain -> new SplicedJson().events("auth_chain", chain).response())
                .orElseGet(RoomRoutes::noSuchEvent);
    }

    private Response backfill(ServerName origin, Request request) {
        Parameters asked = Parameters.of(request);
        Optional<RoomId> room = asked.path("roomId", RoomId::parse);
        OptionalLong limit = asked.integer("limit", 0, RoomArchive.EVENTS_MAX);
        if (limit.isEmpty()) {
            asked.refuse(ErrorCode.MISSING_PARAM, "'limit' is missing");
        }
        Set<EventId> from = new HashSet<>();
        for (String id : request.query().all("v")) {
            EventId.parse(id)
                    .ifPresentOrElse(
                            from::add,
                            () -> asked.refuse(ErrorCode.INVALID_PARAM, "'v' is not valid"));
        }
        if (from.isEmpty()) {
            asked.refuse(ErrorCode.MISSING_PARAM, "'v' is missing");
        }
        if (from.size() > BACKFILL_FROM_MAX) {
            asked.refuse(
                    ErrorCode.INVALID_PARAM, "at most " + BACKFILL_FROM_MAX + " events at once");
        }
        if (asked.failed()) {
            return asked.failure();
        }
        if (!archive.admits(origin, room.orElseThrow())) {
            return notAdmitted();
        }
        return archive.backfill(origin, room.get(), from, (int) limit.getAsLong())
                .map(this::transaction)
                .orElseGet(RoomRoutes::noSuchEvent);
    }

    private Response missingEvents(ServerName origin, Request request) {
        Fields body = Fields.of(request);
        Optional<RoomId> room = body.parameters(request).path("roomId", RoomId::parse);
        long limit = body.optionalInteger("limit", 0, Long.MAX_VALUE).orElse(MISSING_DEFAULT);
        long minDepth = body.optionalInteger("min_depth", Long.MIN_VALUE, Long.MAX_VALUE)
                .orElse(0);
        List<EventId> earliest = ids(body, "earliest_events");
        List<EventId> latest = ids(body, "latest_events");
        if (body.failed()) {
            return body.failure();
        }
        if (!archive.admits(origin, room.orElseThrow())) {
            return notAdmitted();
        }
        return archive.missingEvents(
                        origin,
                        room.get(),
                        Set.copyOf(earliest),
                        Set.copyOf(latest),
                        (int) Math.min(limit, RoomArchive.EVENTS_MAX),
                        minDepth)
                .map(events -> new SplicedJson().events("events", events).response())
                .orElseGet(RoomRoutes::noSuchEvent);
    }

    private static List<EventId> ids(Fields body, String key) {
        if (!body.has(key)) {
            body.refuse(ErrorCode.MISSING_PARAM, "'" + key + "' is missing");
        }
        return List.copyOf(new HashSet<>(body.ids(key, IDS_MAX, EventId::parse)));
    }

    private static JsonArray ids(List<VerifiedPdu> events) {
        return JsonArray.ofStrings(events.stream().map(VerifiedPdu::eventId).toList());
    }

    private Response transaction(List<VerifiedPdu> events) {
        return new SplicedJson()
                .value("origin", new JsonString(ourselves.text()))
                .value("origin_server_ts", new JsonInteger(time.millis()))
                .events("pdus", events)
                .response();
    }

    private static Response notAdmitted() {
        return Response.of(Problem.of(
                ErrorCode.FORBIDDEN, "Your server is not in this room, or is barred from it."));
    }

    private static Response noSuchEvent() {
        return Response.of(
                Problem.of(ErrorCode.NOT_FOUND, "There is no such event, or you may not see it."));
    }
}
