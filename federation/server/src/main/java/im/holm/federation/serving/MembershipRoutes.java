package im.holm.federation.serving;

import im.holm.engine.InboundRooms;
import im.holm.engine.InboundRooms.Accepted;
import im.holm.engine.InboundRooms.Answer;
import im.holm.engine.InboundRooms.Template;
import im.holm.engine.core.Membership;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonBoolean;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.version.RoomVersions;
import im.holm.slice.Documented;
import im.holm.slice.FederationRoute;
import im.holm.slice.Parameters;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Users of other servers join, leave and knock through us ("Joining Rooms", "Leaving Rooms",
/// "Knocking upon a room").
public final class MembershipRoutes {
    /// Room versions in one `ver` list that are looked at.
    private static final int VERSIONS_MAX = 200;

    private static final String V1 = "/_matrix/federation/v1/";
    private static final String V2 = "/_matrix/federation/v2/";
    private static final String TEST = "MembershipRoutesTest";

    private final InboundRooms inbound;
    private final Relay relay;

    public MembershipRoutes(InboundRooms inbound, Relay relay) {
        this.inbound = inbound;
        this.relay = relay;
    }

    public List<FederationRoute> routes() {
        return List.of(
                make("make_join", "makeJoin", "r0", Membership.JOIN),
                make("make_leave", "makeLeave", "r0", Membership.LEAVE),
                make("make_knock", "makeKnock", "1.1", Membership.KNOCK),
                send(V2 + "send_join", "sendJoinV2", "r0", Membership.JOIN, this::joined),
                send(V1 + "send_join", "sendJoinV1", "r0", Membership.JOIN, this::joinedV1),
                send(V2 + "send_leave", "sendLeaveV2", "r0", Membership.LEAVE, this::left),
                send(V1 + "send_leave", "sendLeaveV1", "r0", Membership.LEAVE, this::leftV1),
                send(V1 + "send_knock", "sendKnock", "1.1", Membership.KNOCK, this::knocked));
    }

    private FederationRoute make(
            String path, String operation, String addedIn, Membership membership) {
        return FederationRoute.server(
                        Method.GET,
                        V1 + path + "/{roomId}/{userId}",
                        new Documented(operation, addedIn, TEST),
                        (origin, request) -> template(origin, request, membership))
                .withBodyMaxBytes(Bodies.NONE_MAX_BYTES);
    }

    private FederationRoute send(
            String path,
            String operation,
            String addedIn,
            Membership membership,
            Function<Accepted, Response> answer) {
        return FederationRoute.server(
                        Method.PUT,
                        path + "/{roomId}/{eventId}",
                        new Documented(operation, addedIn, TEST),
                        (origin, request) -> accept(origin, request, membership, answer))
                .withBodyMaxBytes(Bodies.EVENT_MAX_BYTES);
    }

    private Response template(ServerName origin, Request request, Membership membership) {
        Parameters path = Parameters.of(request);
        Optional<RoomId> room = path.path("roomId", RoomId::parse);
        Optional<UserId> user = path.path("userId", UserId::parse);
        if (path.failed()) {
            return path.failure();
        }
        if (!user.orElseThrow().server().equals(origin)) {
            return Response.of(Problem.of(ErrorCode.FORBIDDEN, "The user is not of your server."));
        }
        return switch (inbound.make(
                origin,
                room.orElseThrow(),
                user.get(),
                membership,
                versions(request, membership))) {
            case Answer.Done<Template>(Template template) ->
                new SplicedJson()
                        .value("event", template.event())
                        .value("room_version", new JsonString(template.version().id()))
                        .response();
            case Answer.Failed<Template>(Problem problem) -> Response.of(problem);
        };
    }

    /// make_leave has no `ver`: whoever was let in can leave. Without `ver` a join means
    /// version 1.
    private static List<String> versions(Request request, Membership membership) {
        if (membership == Membership.LEAVE) {
            return List.copyOf(RoomVersions.supportedIds());
        }
        List<String> versions = request.query().all("ver");
        return versions.isEmpty()
                ? List.of("1")
                : versions.subList(0, Math.min(versions.size(), VERSIONS_MAX));
    }

    private Response accept(
            ServerName origin,
            Request request,
            Membership membership,
            Function<Accepted, Response> answer) {
        Parameters path = Parameters.of(request);
        Optional<RoomId> room = path.path("roomId", RoomId::parse);
        Optional<EventId> eventId = path.path("eventId", EventId::parse);
        if (path.failed()) {
            return path.failure();
        }
        JsonObject event;
        switch (Bodies.read(request)) {
            case Bodies.Body.Of(JsonObject body) -> event = body;
            case Bodies.Body.Wrong(Problem problem) -> {
                return Response.of(problem);
            }
        }
        relay.expect(eventId.orElseThrow(), origin);
        return switch (inbound.accept(
                origin, room.orElseThrow(), eventId.get(), membership, event)) {
            case Answer.Done<Accepted>(Accepted accepted) -> answer.apply(accepted);
            case Answer.Failed<Accepted>(Problem problem) -> {
                relay.withdraw(eventId.get(), origin);
                yield Response.of(problem);
            }
        };
    }

    /// `omit_members` is a permission, not a demand: the state is given whole, and says so.
    private Response joined(Accepted accepted) {
        return joinAnswer(accepted)
                .value("members_omitted", JsonBoolean.of(false))
                .value("servers_in_room", JsonArray.ofStrings(accepted.serversInRoom()))
                .response();
    }

    private Response joinedV1(Accepted accepted) {
        return joinAnswer(accepted).responseOfVersion1();
    }

    private static SplicedJson joinAnswer(Accepted accepted) {
        return new SplicedJson()
                .events("auth_chain", accepted.authChain())
                .event("event", accepted.event())
                .events("state", accepted.state());
    }

    private Response left(Accepted accepted) {
        return Response.empty();
    }

    private Response leftV1(Accepted accepted) {
        return new SplicedJson().responseOfVersion1();
    }

    private Response knocked(Accepted accepted) {
        return new SplicedJson().events("knock_room_state", accepted.state()).response();
    }
}
