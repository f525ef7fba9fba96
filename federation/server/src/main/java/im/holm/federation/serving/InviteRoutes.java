package im.holm.federation.serving;

import im.holm.engine.InboundRooms;
import im.holm.engine.InboundRooms.Answer;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.ParsedPdu;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;
import im.holm.slice.Documented;
import im.holm.slice.FederationRoute;
import im.holm.slice.Fields;
import im.holm.slice.Parameters;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// Users of ours are invited by others ("Inviting to a room").
public final class InviteRoutes {
    /// More events of stripped state are refused.
    static final int STATE_MAX = 100;

    private static final String TEST = "InviteRoutesTest";

    private final InboundRooms inbound;
    private final Predicate<UserId> residents;

    /// @param residents who has an account here
    public InviteRoutes(InboundRooms inbound, Predicate<UserId> residents) {
        this.inbound = inbound;
        this.residents = residents;
    }

    public List<FederationRoute> routes() {
        return List.of(
                FederationRoute.server(
                                Method.PUT,
                                "/_matrix/federation/v2/invite/{roomId}/{eventId}",
                                new Documented("sendInviteV2", "r0", TEST),
                                this::invite)
                        .withBodyMaxBytes(Bodies.INVITE_MAX_BYTES),
                FederationRoute.server(
                                Method.PUT,
                                "/_matrix/federation/v1/invite/{roomId}/{eventId}",
                                new Documented("sendInviteV1", "r0", TEST),
                                this::inviteV1)
                        .withBodyMaxBytes(Bodies.INVITE_MAX_BYTES));
    }

    private Response invite(ServerName origin, Request request) {
        return switch (Bodies.read(request)) {
            case Bodies.Body.Wrong(Problem problem) -> Response.of(problem);
            case Bodies.Body.Of(JsonObject object) -> {
                Fields body = Fields.of(object);
                String version = body.string("room_version");
                JsonObject event = body.object("event");
                List<JsonObject> state = body.objects("invite_room_state", STATE_MAX).stream()
                        .map(Fields::object)
                        .toList();
                yield body.failed()
                        ? body.failure()
                        : take(origin, request, version, event, state, SplicedJson::response);
            }
        };
    }

    /// The first version knows only rooms of version 1 and 2, which share one event format; the
    /// stripped state stands in `unsigned`.
    private Response inviteV1(ServerName origin, Request request) {
        return switch (Bodies.read(request)) {
            case Bodies.Body.Wrong(Problem problem) -> Response.of(problem);
            case Bodies.Body.Of(JsonObject event) -> {
                Fields unsigned = Fields.of(event.object("unsigned").orElse(JsonObject.EMPTY));
                List<JsonObject> state = unsigned.objects("invite_room_state", STATE_MAX).stream()
                        .map(Fields::object)
                        .toList();
                yield unsigned.failed()
                        ? unsigned.failure()
                        : take(
                                origin,
                                request,
                                oldVersion(state),
                                event,
                                state,
                                SplicedJson::responseOfVersion1);
            }
        };
    }

    /// What is not said to be version 2 is version 1, as in a create event.
    private static String oldVersion(List<JsonObject> state) {
        boolean second = state.stream()
                .filter(event ->
                        event.string("type").filter(EventTypes.CREATE::equals).isPresent())
                .anyMatch(create -> create.object("content")
                        .flatMap(content -> content.string("room_version"))
                        .filter("2"::equals)
                        .isPresent());
        return second ? "2" : "1";
    }

    private Response take(
            ServerName origin,
            Request request,
            String versionId,
            JsonObject event,
            List<JsonObject> state,
            Function<SplicedJson, Response> answer) {
        Parameters path = Parameters.of(request);
        Optional<RoomId> room = path.path("roomId", RoomId::parse);
        Optional<EventId> eventId = path.path("eventId", EventId::parse);
        if (path.failed()) {
            return path.failure();
        }
        Optional<RoomVersion> version = RoomVersions.find(versionId);
        if (version.isEmpty()) {
            return Response.of(Problem.of(ErrorCode.INCOMPATIBLE_ROOM_VERSION)
                    .with("room_version", versionId));
        }
        Optional<Problem> wrong =
                mismatch(version.get(), event, room.orElseThrow(), eventId.orElseThrow());
        if (wrong.isPresent()) {
            return Response.of(wrong.get());
        }
        if (invitee(event).filter(residents).isEmpty()) {
            return Response.of(
                    Problem.of(ErrorCode.FORBIDDEN, "The invited user cannot be invited here."));
        }
        return switch (inbound.invite(origin, room.get(), version.get(), event, state)) {
            case Answer.Done<VerifiedPdu>(VerifiedPdu signed) ->
                answer.apply(new SplicedJson().event("event", signed));
            case Answer.Failed<VerifiedPdu>(Problem problem) -> Response.of(problem);
        };
    }

    private static Optional<UserId> invitee(JsonObject event) {
        return event.string("state_key").flatMap(UserId::parse);
    }

    /// The path must name the event and room that the body holds.
    private static Optional<Problem> mismatch(
            RoomVersion version, JsonObject event, RoomId room, EventId eventId) {
        return switch (PduParser.parse(version, event)) {
            case ParsedPdu.Malformed(String reason) ->
                Optional.of(Problem.of(ErrorCode.INVALID_PARAM, "The invite: " + reason));
            case ParsedPdu.WellFormed(Pdu pdu) ->
                pdu.eventId().equals(eventId) && pdu.roomId().equals(room)
                        ? Optional.empty()
                        : Optional.of(Problem.of(
                                ErrorCode.INVALID_PARAM,
                                "The path names another room or event than the body."));
        };
    }
}
