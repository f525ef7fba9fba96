package im.holm.rooms;

import im.holm.engine.RoomCommands;
import im.holm.engine.RoomCommands.CreateOutcome;
import im.holm.engine.RoomCommands.CreateRoom;
import im.holm.engine.RoomMembership;
import im.holm.engine.RoomMembership.ChangeMembership;
import im.holm.engine.RoomMembership.MembershipOutcome;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomKind;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonBoolean;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.version.RoomVersion;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Kernel;
import im.holm.slice.UserSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Optional;

/// `POST /createRoom`.
final class RoomCreation {

    private static final Logger LOG = LoggerFactory.getLogger(RoomCreation.class);

    private final Kernel kernel;
    private final RoomCommands commands;
    private final RoomMembership membership;
    private final UserSource users;
    private final ProfileContent profiles;
    private final AliasTable aliases;
    private final PublishedRoomTable published;
    private final RoomVersion defaultVersion;

    RoomCreation(
            Kernel kernel,
            UserSource users,
            ProfileContent profiles,
            AliasTable aliases,
            PublishedRoomTable published,
            RoomVersion defaultVersion) {
        this.kernel = kernel;
        this.commands = kernel.commands();
        this.membership = kernel.membership();
        this.users = users;
        this.profiles = profiles;
        this.aliases = aliases;
        this.published = published;
        this.defaultVersion = defaultVersion;
    }

    List<ClientRoute> routes() {
        return List.of(ClientRoute.user(
                Method.POST,
                "/_matrix/client/v3/createRoom",
                new Documented("createRoom", "r0", "CreateRoomTest"),
                this::create));
    }

    private Response create(Caller caller, Request http) {
        return switch (CreateRoomRequest.read(http, kernel.serverName(), defaultVersion)) {
            case CreateRoomRequest.Reading.Bad(var flawed) -> flawed.failure();
            case CreateRoomRequest.Reading.Ok(var request) -> {
                var first = new FirstEvents(request, caller.user());
                Optional<Problem> refusal = refusal(caller, request, first);
                yield refusal.isPresent()
                        ? Response.of(refusal.get())
                        : createUnderAlias(caller, request, first);
            }
        };
    }

    private Optional<Problem> refusal(Caller caller, CreateRoomRequest request, FirstEvents first) {
        if (first.creatorInPowerLevels().isPresent()) {
            return Optional.of(Problem.of(
                    ErrorCode.INVALID_ROOM_STATE,
                    "A creator of a room of this version cannot stand in its power levels."));
        }
        if (request.invite().contains(caller.user())) {
            return Optional.of(
                    Problem.of(ErrorCode.INVALID_PARAM, "You are in the room that you create."));
        }
        return request.invite().stream()
                .filter(user -> user.server().equals(kernel.serverName()) && !users.exists(user))
                .findFirst()
                .map(user -> Problem.of(ErrorCode.NOT_FOUND, "There is no user " + user + "."));
    }

    private Response createUnderAlias(Caller caller, CreateRoomRequest request, FirstEvents first) {
        if (request.alias().isEmpty()) {
            return createRoom(caller, request, first);
        }
        var alias = request.alias().get();
        if (!aliases.reserve(alias, caller.userNid(), kernel.time().millis())) {
            return Response.of(Problem.of(ErrorCode.ROOM_IN_USE, alias + " is taken."));
        }
        try {
            return createRoom(caller, request, first);
        } finally {
            aliases.release(alias);
        }
    }

    private Response createRoom(Caller caller, CreateRoomRequest request, FirstEvents first) {
        var command = new CreateRoom(
                caller.user(),
                request.version(),
                RoomKind.PLAIN,
                first.createContent(),
                first.afterCreate(profiles.of(caller.user(), Optional.empty())));
        return switch (commands.create(command)) {
            case CreateOutcome.Failed(Problem problem) -> Response.of(problem);
            case CreateOutcome.Created(RoomId room, long roomNid, long _) -> {
                request.alias().ifPresent(alias -> aliases.assign(alias, room));
                if (request.published()) {
                    published.publish(roomNid, kernel.time().millis());
                }
                request.invite().forEach(user -> invite(caller, room, user, request.direct()));
                yield Answers.object("room_id", room.text());
            }
        };
    }

    /// The room exists by now: an invite that fails must not hide it from its creator.
    private void invite(Caller caller, RoomId room, UserId user, boolean direct) {
        JsonObject content = profiles.of(user, Optional.empty());
        var command = new ChangeMembership(
                caller.user(),
                user,
                room,
                Membership.INVITE,
                direct ? content.with("is_direct", JsonBoolean.TRUE) : content,
                List.of());
        if (membership.change(command) instanceof MembershipOutcome.Failed(Problem problem)) {
            LOG.info(
                    "Invite of {} to the new room {} failed: {}",
                    new JsonString(user.toString()),
                    room,
                    problem.message());
        }
    }
}
