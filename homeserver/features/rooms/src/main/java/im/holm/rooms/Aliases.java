package im.holm.rooms;

import im.holm.engine.Memberships;
import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.platform.config.Settings;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.id.RoomAlias;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.AliasSource;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Kernel;
import im.holm.slice.Parameters;
import im.holm.slice.RateLimit;
import im.holm.slice.RemoteUsers.Resolved;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Names for rooms (client-server API, "Room aliases").
final class Aliases implements AliasSource {

    private static final String DIRECTORY = "/_matrix/client/v3/directory/room/{roomAlias}";

    /// Aliases of one room that are listed, at most.
    private static final int LISTED_MAX = 500;

    /// Look-ups of other servers' aliases from one address: anybody may ask.
    private static final int LOOK_UP_BURST = 100;

    private static final double LOOK_UPS_PER_SECOND = 5;

    /// Servers named for an alias, at most.
    private static final int SERVERS_MAX = 50;

    private final ServerName serverName;
    private final InstantSource time;
    private final RoomReader rooms;
    private final Memberships memberships;
    private final AliasTable table;
    private final RoomNames names;
    private final RoomAccess access;
    private final RateLimit lookUps;

    Aliases(Kernel kernel, AliasTable table, RoomNames names, RoomAccess access) {
        this.serverName = kernel.serverName();
        this.time = kernel.time();
        this.rooms = kernel.rooms();
        this.memberships = kernel.memberships();
        this.table = table;
        this.names = names;
        this.access = access;
        this.lookUps = new RateLimit(
                kernel.config().get(Settings.RATE_LIMITS),
                LOOK_UP_BURST,
                LOOK_UPS_PER_SECOND,
                kernel.time());
    }

    List<ClientRoute> routes() {
        return List.of(
                ClientRoute.open(
                        Method.GET,
                        DIRECTORY,
                        new Documented("getRoomIdByAlias", "r0", "AliasTest"),
                        this::resolve),
                ClientRoute.user(
                        Method.PUT,
                        DIRECTORY,
                        new Documented("setRoomAlias", "r0", "AliasTest"),
                        this::put),
                ClientRoute.user(
                        Method.DELETE,
                        DIRECTORY,
                        new Documented("deleteRoomAlias", "r0", "AliasTest"),
                        this::delete),
                ClientRoute.user(
                        Method.GET,
                        "/_matrix/client/v3/rooms/{roomId}/aliases",
                        new Documented("getLocalAliases", "1.0", "AliasTest"),
                        this::ofRoom));
    }

    private Response resolve(Request http) {
        Parameters parameters = Parameters.of(http);
        Optional<RoomAlias> alias = parameters.path("roomAlias", RoomAlias::parse);
        if (parameters.failed()) {
            return parameters.failure();
        }
        Optional<Problem> limited = alias.orElseThrow().server().equals(serverName)
                ? Optional.empty()
                : lookUps.take(http.remote().address());
        if (limited.isPresent()) {
            return Response.of(limited.get());
        }
        return names.resolve(alias.orElseThrow())
                .map(found -> Answers.json(JsonObject.builder()
                        .put("room_id", found.room().text())
                        .put(
                                "servers",
                                JsonArray.ofStrings(
                                        found.servers().isEmpty()
                                                ? servers(found.room())
                                                : found.servers()))
                        .build()))
                .orElseGet(Aliases::noSuchAlias);
    }

    /// Servers that are in the room, this one first.
    private List<ServerName> servers(RoomId room) {
        List<ServerName> servers = new ArrayList<>(List.of(serverName));
        rooms.room(room)
                .ifPresent(view -> memberships.servers(view.identity().roomNid()).stream()
                        .filter(server -> !server.equals(serverName))
                        .sorted()
                        .limit(SERVERS_MAX)
                        .forEach(servers::add));
        return servers;
    }

    private Response put(Caller caller, Request http) {
        Fields body = Fields.of(http);
        Optional<RoomAlias> alias = body.parameters(http).path("roomAlias", RoomAlias::parse);
        Optional<RoomId> room = body.id("room_id", RoomId::parse);
        alias.filter(name ->
                        !name.server().equals(serverName) || name.localpart().isBlank())
                .ifPresent(_ -> body.refuse(
                        ErrorCode.INVALID_PARAM, "An alias of this server ends in :" + serverName));
        if (body.failed()) {
            return body.failure();
        }
        return switch (access.joined(caller.user(), room.orElseThrow())) {
            case RoomAccess.Access.Denied(Problem problem) -> Response.of(problem);
            case RoomAccess.Access.Granted _ -> {
                boolean made = table.reserve(alias.orElseThrow(), caller.userNid(), time.millis());
                if (made) {
                    table.assign(alias.orElseThrow(), room.orElseThrow());
                }
                yield made
                        ? Response.empty()
                        : Response.of(Problem.of(
                                ErrorCode.ALIAS_IN_USE, alias.orElseThrow() + " exists."));
            }
        };
    }

    private Response delete(Caller caller, Request http) {
        Parameters parameters = Parameters.of(http);
        Optional<RoomAlias> alias = parameters.path("roomAlias", RoomAlias::parse);
        if (parameters.failed()) {
            return parameters.failure();
        }
        Optional<AliasTable.Entry> entry = table.find(alias.orElseThrow());
        if (entry.isEmpty()) {
            return noSuchAlias();
        }
        if (!mayDelete(caller, entry.get())) {
            return Answers.forbidden("The alias was made by somebody else.");
        }
        return table.delete(alias.orElseThrow()) ? Response.empty() : noSuchAlias();
    }

    /// Who made it, and whoever may say which of the room's aliases counts.
    private boolean mayDelete(Caller caller, AliasTable.Entry entry) {
        if (caller.admin() || entry.creatorNid() == caller.userNid()) {
            return true;
        }
        return switch (access.joined(caller.user(), entry.room())) {
            case RoomAccess.Access.Denied _ -> false;
            case RoomAccess.Access.Granted(var readable) -> {
                var levels = RoomLevels.in(readable.view());
                yield levels.ofUser(caller.user())
                        >= levels.toSend(EventTypes.CANONICAL_ALIAS, true);
            }
        };
    }

    private Response ofRoom(Caller caller, Request http) {
        Parameters parameters = Parameters.of(http);
        Optional<RoomId> room = parameters.path("roomId", RoomId::parse);
        if (parameters.failed()) {
            return parameters.failure();
        }
        boolean open = rooms.room(room.orElseThrow()).filter(Aliases::isOpen).isPresent();
        if (!open
                && access.joined(caller.user(), room.orElseThrow())
                        instanceof RoomAccess.Access.Denied(Problem problem)) {
            return Response.of(problem);
        }
        return Answers.json(JsonObject.of(
                "aliases", JsonArray.ofStrings(table.of(room.orElseThrow(), LISTED_MAX))));
    }

    private static boolean isOpen(RoomView view) {
        return RoomAccess.isWorldReadable(view);
    }

    private static Response noSuchAlias() {
        return Answers.notFound("No room has this alias.");
    }

    @Override
    public Optional<Resolved> resolve(RoomAlias alias) {
        return alias.server().equals(serverName)
                ? table.find(alias).map(entry -> new Resolved(entry.room(), servers(entry.room())))
                : Optional.empty();
    }
}
