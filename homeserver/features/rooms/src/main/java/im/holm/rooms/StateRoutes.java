package im.holm.rooms;

import im.holm.engine.RoomCommands;
import im.holm.engine.RoomCommands.SendEvent;
import im.holm.engine.RoomMembership;
import im.holm.engine.RoomMembership.ChangeMembership;
import im.holm.engine.RoomMembership.MembershipOutcome;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.Membership;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.event.EventLimits;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.ClientRoute.UserHandler;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Kernel;
import im.holm.slice.Parameters;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Reading and setting a room's state (client-server API, "GET /rooms/{roomId}/state" and those
/// after it). A path may end after the type, with or without a slash: the state key is then empty.
final class StateRoutes {

    private static final String STATE = "/_matrix/client/v3/rooms/{roomId}/state";

    private final RoomCommands commands;
    private final RoomMembership membership;
    private final InstantSource time;
    private final RoomAccess access;
    private final CanonicalAliases canonicalAliases;

    StateRoutes(Kernel kernel, RoomAccess access, CanonicalAliases canonicalAliases) {
        this.commands = kernel.commands();
        this.membership = kernel.membership();
        this.time = kernel.time();
        this.access = access;
        this.canonicalAliases = canonicalAliases;
    }

    List<ClientRoute> routes() {
        return List.of(
                route(Method.GET, STATE, "getRoomState", this::all),
                route(
                        Method.GET,
                        STATE + "/{eventType}/{stateKey}",
                        "getRoomStateWithKey",
                        this::one),
                route(Method.GET, STATE + "/{eventType}", "getRoomStateWithEmptyKey", this::one),
                route(
                        Method.PUT,
                        STATE + "/{eventType}/{stateKey}",
                        "setRoomStateWithKey",
                        this::set),
                route(Method.PUT, STATE + "/{eventType}", "setRoomStateWithEmptyKey", this::set));
    }

    private static ClientRoute route(
            Method method, String path, String operationId, UserHandler handler) {
        return ClientRoute.user(
                method, path, new Documented(operationId, "r0", "StateTest"), handler);
    }

    private Response all(Caller caller, Request http) {
        Parameters parameters = Parameters.of(http);
        Optional<RoomId> room = parameters.path("roomId", RoomId::parse);
        if (parameters.failed()) {
            return parameters.failure();
        }
        return switch (access.readable(caller.user(), room.orElseThrow())) {
            case RoomAccess.Access.Denied(Problem problem) -> Response.of(problem);
            case RoomAccess.Access.Granted(var readable) -> {
                var view = readable.view();
                List<StoredEvent> events = readable.snap() == 0
                        ? List.of()
                        : new ArrayList<>(
                                view.events(view.state(readable.snap()).events()));
                var rendition =
                        new Rendition(view, caller, time.millis(), Rendition.Form.WITH_ROOM_ID);
                var out = new JsonOut();
                rendition.writeState(out, inOrder(events));
                yield Answers.json(out);
            }
        };
    }

    private static List<StoredEvent> inOrder(List<StoredEvent> events) {
        return events.stream()
                .sorted(Comparator.comparingInt(event -> event.row().ev()))
                .toList();
    }

    private Response one(Caller caller, Request http) {
        Parameters parameters = Parameters.of(http);
        Optional<RoomId> room = parameters.path("roomId", RoomId::parse);
        StateKey key = key(parameters, http);
        boolean whole = parameters.query("format").filter("event"::equals).isPresent();
        if (parameters.failed()) {
            return parameters.failure();
        }
        return switch (access.readable(caller.user(), room.orElseThrow())) {
            case RoomAccess.Access.Denied(Problem problem) -> Response.of(problem);
            case RoomAccess.Access.Granted(var readable) -> {
                Optional<StoredEvent> event = readable.stateEvent(key);
                if (event.isEmpty()) {
                    yield Answers.notFound("The room has no such state.");
                }
                var rendition = new Rendition(
                        readable.view(), caller, time.millis(), Rendition.Form.WITH_ROOM_ID);
                yield whole
                        ? Response.json(rendition.bytes(event.get()))
                        : Answers.json(event.get().content());
            }
        };
    }

    private Response set(Caller caller, Request http) {
        Fields body = Fields.of(http);
        Parameters parameters = body.parameters(http);
        Optional<RoomId> room = parameters.path("roomId", RoomId::parse);
        StateKey key = key(parameters, http);
        if (key.type().isEmpty()) {
            body.refuse(ErrorCode.INVALID_PARAM, "The path has an empty part.");
        }
        Sending.requireCanonical(body);
        if (body.failed()) {
            return body.failure();
        }
        return switch (access.joined(caller.user(), room.orElseThrow())) {
            case RoomAccess.Access.Denied(Problem problem) -> Response.of(problem);
            case RoomAccess.Access.Granted(var readable) ->
                switch (key.type()) {
                    case EventTypes.MEMBER -> setMember(caller, readable, key.key(), body);
                    case EventTypes.CANONICAL_ALIAS -> {
                        var problem =
                                canonicalAliases.refusal(caller.user(), readable.view(), body);
                        yield problem.isPresent()
                                ? Response.of(problem.get())
                                : send(caller, room.orElseThrow(), key, body);
                    }
                    default -> send(caller, room.orElseThrow(), key, body);
                };
        };
    }

    private Response send(Caller caller, RoomId room, StateKey key, Fields body) {
        return Sending.answer(commands.send(new SendEvent(
                room,
                caller.user(),
                key.type(),
                Optional.of(key.key()),
                body.object(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty())));
    }

    /// A membership may need another server, so it takes the way of the membership operations.
    private Response setMember(
            Caller caller, RoomAccess.Readable readable, String stateKey, Fields body) {
        Optional<Membership> to = body.id("membership", Membership::ofWire);
        Optional<UserId> target = UserId.parse(stateKey);
        if (target.isEmpty()) {
            body.refuse(ErrorCode.BAD_JSON, "The state key of a member event is a user id.");
        }
        if (body.failed()) {
            return body.failure();
        }
        var command = new ChangeMembership(
                caller.user(),
                target.orElseThrow(),
                readable.view().identity().roomId(),
                to.orElseThrow(),
                body.object().without("membership"),
                List.of());
        return switch (membership.change(command)) {
            case MembershipOutcome.Changed changed ->
                Answers.object("event_id", changed.eventId().text());
            case MembershipOutcome.Unchanged _ ->
                readable.stateEvent(StateKey.member(target.orElseThrow()))
                        .map(event ->
                                Answers.object("event_id", event.row().eventId().text()))
                        .orElseGet(() -> Answers.notFound("There is no such member."));
            case MembershipOutcome.Failed(Problem problem) -> Response.of(problem);
        };
    }

    private static StateKey key(Parameters parameters, Request http) {
        String type = parameters.path("eventType", EventLimits.FIELD_MAX_BYTES);
        String key = http.path().containsKey("stateKey")
                ? parameters.path("stateKey", EventLimits.FIELD_MAX_BYTES)
                : "";
        return new StateKey(type, key);
    }
}
