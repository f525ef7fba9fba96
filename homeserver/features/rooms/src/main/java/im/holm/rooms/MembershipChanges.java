package im.holm.rooms;

import im.holm.engine.Memberships;
import im.holm.engine.RoomMembership;
import im.holm.engine.RoomMembership.ChangeMembership;
import im.holm.engine.RoomMembership.MembershipOutcome;
import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Kernel;
import im.holm.slice.UserSource;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Inviting, leaving, kicking, banning, unbanning and forgetting (client-server API, "Room
/// membership"). Joining and knocking, which may need another server, are in [Joining].
final class MembershipChanges {

    private static final Set<Membership> PRESENT =
            Set.of(Membership.JOIN, Membership.INVITE, Membership.KNOCK);

    private final ServerName serverName;
    private final RoomMembership membership;
    private final RoomReader rooms;
    private final Memberships memberships;
    private final UserSource users;
    private final ProfileContent profiles;
    private final RoomAccess access;

    MembershipChanges(Kernel kernel, UserSource users, ProfileContent profiles, RoomAccess access) {
        this.serverName = kernel.serverName();
        this.membership = kernel.membership();
        this.rooms = kernel.rooms();
        this.memberships = kernel.memberships();
        this.users = users;
        this.profiles = profiles;
        this.access = access;
    }

    List<ClientRoute> routes() {
        return List.of(
                route("invite", "inviteUser", this::invite),
                route("leave", "leaveRoom", this::leave),
                route("kick", "kick", this::kick),
                route("ban", "ban", this::ban),
                route("unban", "unban", this::unban),
                route("forget", "forgetRoom", this::forget),
                ClientRoute.user(
                        Method.GET,
                        "/_matrix/client/v3/joined_rooms",
                        new Documented("getJoinedRooms", "r0", "MembershipTest"),
                        (caller, _) -> joinedRooms(caller)));
    }

    private static ClientRoute route(
            String verb, String operationId, ClientRoute.UserHandler handler) {
        return ClientRoute.user(
                Method.POST,
                "/_matrix/client/v3/rooms/{roomId}/" + verb,
                new Documented(operationId, "r0", "MembershipTest"),
                handler);
    }

    private Response joinedRooms(Caller caller) {
        List<String> joined = memberships.ofUser(caller.user()).stream()
                .filter(member -> member.membership() == Membership.JOIN)
                .flatMap(member -> rooms.room(member.roomNid()).stream())
                .map(view -> view.identity().roomId().text())
                .sorted()
                .toList();
        return Answers.json(JsonObject.of("joined_rooms", JsonArray.ofStrings(joined)));
    }

    private Response invite(Caller caller, Request http) {
        Fields body = Fields.of(http);
        if (body.has("medium") || body.has("id_server")) {
            body.refuse(
                    ErrorCode.THREEPID_MEDIUM_NOT_SUPPORTED,
                    "This server does not invite by e-mail or phone number.");
        }
        return onTarget(caller, http, body, (room, target, reason) -> {
            if (target.server().equals(serverName) && !users.exists(target)) {
                return Answers.notFound("There is no user " + target + ".");
            }
            Optional<Membership> now = membershipOf(room, target);
            if (now.filter(Membership.JOIN::equals).isPresent()) {
                return Answers.forbidden(target + " is in the room already.");
            }
            if (now.filter(Membership.BAN::equals).isPresent()) {
                return Answers.forbidden(target + " is banned from the room.");
            }
            return change(caller, target, room, Membership.INVITE, profiles.of(target, reason));
        });
    }

    private Response kick(Caller caller, Request http) {
        return onTarget(caller, http, Fields.of(http), (room, target, reason) -> {
            if (membershipOf(room, target).filter(PRESENT::contains).isEmpty()) {
                return Answers.forbidden(target + " is not in the room.");
            }
            return change(caller, target, room, Membership.LEAVE, content(reason));
        });
    }

    private Response ban(Caller caller, Request http) {
        return onTarget(
                caller,
                http,
                Fields.of(http),
                (room, target, reason) ->
                        change(caller, target, room, Membership.BAN, content(reason)));
    }

    private Response unban(Caller caller, Request http) {
        return onTarget(caller, http, Fields.of(http), (room, target, reason) -> {
            if (membershipOf(room, target).filter(Membership.BAN::equals).isEmpty()) {
                return Response.of(
                        Problem.of(ErrorCode.BAD_STATE, target + " is not banned from the room."));
            }
            return change(caller, target, room, Membership.LEAVE, content(reason));
        });
    }

    private interface OnTarget {
        Response apply(RoomId room, UserId target, Optional<String> reason);
    }

    /// What is done to another user takes a caller who is in the room.
    private Response onTarget(Caller caller, Request http, Fields body, OnTarget action) {
        Optional<RoomId> room = body.parameters(http).path("roomId", RoomId::parse);
        Optional<UserId> target = body.id("user_id", UserId::parse);
        Optional<String> reason = body.optionalString("reason");
        if (body.failed()) {
            return body.failure();
        }
        return switch (access.joined(caller.user(), room.orElseThrow())) {
            case RoomAccess.Access.Denied(Problem problem) -> Response.of(problem);
            case RoomAccess.Access.Granted _ ->
                action.apply(room.orElseThrow(), target.orElseThrow(), reason);
        };
    }

    private Response leave(Caller caller, Request http) {
        Fields body = Fields.ofOptionalBody(http);
        Optional<RoomId> room = body.parameters(http).path("roomId", RoomId::parse);
        Optional<String> reason = body.optionalString("reason");
        if (body.failed()) {
            return body.failure();
        }
        Optional<Membership> now = membershipOf(room.orElseThrow(), caller.user());
        if (now.filter(Membership.LEAVE::equals).isPresent()) {
            return Response.empty();
        }
        if (now.filter(PRESENT::contains).isEmpty()) {
            return Response.of(RoomAccess.notAMember());
        }
        return change(caller, caller.user(), room.orElseThrow(), Membership.LEAVE, content(reason));
    }

    private Response forget(Caller caller, Request http) {
        Fields body = Fields.ofOptionalBody(http);
        Optional<RoomId> room = body.parameters(http).path("roomId", RoomId::parse);
        if (body.failed()) {
            return body.failure();
        }
        Optional<RoomView> view = rooms.room(room.orElseThrow());
        Optional<StoredMember> member = view.flatMap(known -> access.member(known, caller.user()));
        if (member.filter(m -> PRESENT.contains(m.membership())).isPresent()) {
            return Response.of(
                    Problem.of(ErrorCode.BAD_REQUEST, "Leave the room before you forget it."));
        }
        view.ifPresent(known -> memberships.forget(known.identity().roomNid(), caller.user()));
        return Response.empty();
    }

    private Response change(
            Caller caller, UserId target, RoomId room, Membership to, JsonObject content) {
        var command = new ChangeMembership(caller.user(), target, room, to, content, List.of());
        return switch (membership.change(command)) {
            case MembershipOutcome.Changed _, MembershipOutcome.Unchanged _ -> Response.empty();
            case MembershipOutcome.Failed(Problem problem) -> Response.of(problem);
        };
    }

    private Optional<Membership> membershipOf(RoomId room, UserId user) {
        return rooms.room(room)
                .flatMap(view -> access.member(view, user))
                .map(StoredMember::membership);
    }

    private static JsonObject content(Optional<String> reason) {
        return JsonObject.builder()
                .putIfPresent("reason", reason.map(JsonString::new))
                .build();
    }
}
