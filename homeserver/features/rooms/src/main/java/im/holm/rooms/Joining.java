package im.holm.rooms;

import im.holm.engine.RoomMembership;
import im.holm.engine.RoomMembership.ChangeMembership;
import im.holm.engine.RoomMembership.MembershipOutcome;
import im.holm.engine.RoomReader;
import im.holm.engine.core.Membership;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Kernel;
import im.holm.slice.RemoteUsers.Resolved;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/// Joining a room and knocking on one, here or through other servers (client-server API, "Joining
/// rooms").
final class Joining {

    private final RoomMembership membership;
    private final RoomReader rooms;
    private final RoomNames names;
    private final ProfileContent profiles;
    private final RoomAccess access;

    Joining(Kernel kernel, RoomNames names, ProfileContent profiles, RoomAccess access) {
        this.membership = kernel.membership();
        this.rooms = kernel.rooms();
        this.names = names;
        this.profiles = profiles;
        this.access = access;
    }

    List<ClientRoute> routes() {
        return List.of(
                ClientRoute.user(
                        Method.POST,
                        "/_matrix/client/v3/join/{roomIdOrAlias}",
                        new Documented("joinRoom", "r0", "JoinTest"),
                        (caller, http) -> byName(caller, http, Membership.JOIN)),
                ClientRoute.user(
                        Method.POST,
                        "/_matrix/client/v3/rooms/{roomId}/join",
                        new Documented("joinRoomById", "r0", "JoinTest"),
                        this::byId),
                ClientRoute.user(
                        Method.POST,
                        "/_matrix/client/v3/knock/{roomIdOrAlias}",
                        new Documented("knockRoom", "1.1", "JoinTest"),
                        (caller, http) -> byName(caller, http, Membership.KNOCK)));
    }

    private Response byName(Caller caller, Request http, Membership to) {
        Fields body = Fields.ofOptionalBody(http);
        Optional<RoomNames.Name> name =
                body.parameters(http).path("roomIdOrAlias", RoomNames.Name::parse);
        Optional<String> reason = body.optionalString("reason");
        List<ServerName> via = via(http, body);
        if (body.failed()) {
            return body.failure();
        }
        boolean blind = name.orElseThrow() instanceof RoomNames.Name.Id && via.isEmpty();
        return names.resolve(name.orElseThrow(), via)
                .map(found -> change(caller, found, to, reason, blind))
                .orElseGet(() -> Answers.notFound("No room has this alias."));
    }

    private Response byId(Caller caller, Request http) {
        Fields body = Fields.ofOptionalBody(http);
        Optional<RoomId> room = body.parameters(http).path("roomId", RoomId::parse);
        Optional<String> reason = body.optionalString("reason");
        if (body.failed()) {
            return body.failure();
        }
        return names.resolve(new RoomNames.Name.Id(room.orElseThrow()), List.of())
                .map(found -> change(caller, found, Membership.JOIN, reason, true))
                .orElseGet(() -> Answers.notFound("There is no such room."));
    }

    /// `server_name` is the older spelling.
    private static List<ServerName> via(Request http, Fields body) {
        var texts = new LinkedHashSet<>(http.query().all("via"));
        texts.addAll(http.query().all("server_name"));
        List<ServerName> servers = new ArrayList<>();
        for (String text : texts) {
            Optional<ServerName> server = ServerName.parse(text);
            if (server.isEmpty()) {
                body.refuse(ErrorCode.INVALID_PARAM, "'via' holds what is no server name");
            }
            server.ifPresent(servers::add);
        }
        return servers.subList(0, Math.min(servers.size(), ChangeMembership.VIA_MAX));
    }

    /// @param blind whether the room was named by nothing but its id: then nobody learns
    /// whether there is such a room that does not let them in
    private Response change(
            Caller caller, Resolved found, Membership to, Optional<String> reason, boolean blind) {
        var via = new LinkedHashSet<>(found.servers());
        via.addAll(invitingServer(found.room(), caller.user()));
        var command = new ChangeMembership(
                caller.user(),
                caller.user(),
                found.room(),
                to,
                profiles.of(caller.user(), reason),
                via.stream().limit(ChangeMembership.VIA_MAX).toList());
        return switch (membership.change(command)) {
            case MembershipOutcome.Changed _, MembershipOutcome.Unchanged _ ->
                Answers.object("room_id", found.room().text());
            case MembershipOutcome.Failed(Problem problem) ->
                Response.of(blind && isStranger(caller, found.room()) ? blinded(problem) : problem);
        };
    }

    private boolean isStranger(Caller caller, RoomId room) {
        return rooms.room(room)
                .flatMap(view -> access.member(view, caller.user()))
                .isEmpty();
    }

    private static Problem blinded(Problem problem) {
        return switch (problem.code()) {
            case FORBIDDEN, NOT_FOUND ->
                Problem.of(
                        ErrorCode.FORBIDDEN,
                        "The room does not let you in, or there is no such room.");
            default -> problem;
        };
    }

    /// Whoever invited the user is on a server that is in the room.
    private List<ServerName> invitingServer(RoomId room, UserId user) {
        return rooms
                .room(room)
                .filter(view -> access.member(view, user)
                        .filter(m -> m.membership() == Membership.INVITE)
                        .isPresent())
                .stream()
                .flatMap(view -> view.strippedState(user).stream())
                .filter(event -> event.string("type").equals(Optional.of(EventTypes.MEMBER))
                        && event.string("state_key").equals(Optional.of(user.toString())))
                .flatMap(event -> event.string("sender").flatMap(UserId::parse).stream())
                .map(UserId::server)
                .toList();
    }
}
