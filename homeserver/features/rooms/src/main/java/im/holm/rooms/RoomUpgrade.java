package im.holm.rooms;

import im.holm.engine.RoomCommands;
import im.holm.engine.RoomCommands.CreateOutcome;
import im.holm.engine.RoomCommands.CreateRoom;
import im.holm.engine.RoomCommands.SendEvent;
import im.holm.engine.RoomCommands.SendOutcome;
import im.holm.engine.RoomView;
import im.holm.engine.core.RoomKind;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.auth.PowerLevels;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Kernel;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Replacing a room by one of another version (client-server API, "Room upgrades").
final class RoomUpgrade {

    private final Kernel kernel;
    private final RoomCommands commands;
    private final ProfileContent profiles;
    private final RoomAccess access;
    private final AliasTable aliases;
    private final PublishedRoomTable published;

    RoomUpgrade(
            Kernel kernel,
            ProfileContent profiles,
            RoomAccess access,
            AliasTable aliases,
            PublishedRoomTable published) {
        this.kernel = kernel;
        this.commands = kernel.commands();
        this.profiles = profiles;
        this.access = access;
        this.aliases = aliases;
        this.published = published;
    }

    List<ClientRoute> routes() {
        return List.of(ClientRoute.user(
                Method.POST,
                "/_matrix/client/v3/rooms/{roomId}/upgrade",
                new Documented("upgradeRoom", "r0", "UpgradeTest"),
                this::upgrade));
    }

    private Response upgrade(Caller caller, Request http) {
        Fields body = Fields.of(http);
        Optional<RoomId> room = body.parameters(http).path("roomId", RoomId::parse);
        String versionId = body.string("new_version");
        List<UserId> creators =
                body.ids("additional_creators", CreateRoomRequest.CREATORS_MAX, UserId::parse);
        Optional<RoomVersion> version = RoomVersions.find(versionId);
        if (version.isEmpty()) {
            body.refuse(
                    ErrorCode.UNSUPPORTED_ROOM_VERSION,
                    "This server does not create rooms of version " + versionId + ".");
        }
        if (body.failed()) {
            return body.failure();
        }
        return switch (access.joined(caller.user(), room.orElseThrow())) {
            case RoomAccess.Access.Denied(Problem problem) -> Response.of(problem);
            case RoomAccess.Access.Granted(var readable) -> {
                PowerLevels levels = RoomLevels.in(readable.view());
                yield levels.ofUser(caller.user()) < levels.toSend(EventTypes.TOMBSTONE, true)
                        ? Answers.forbidden("You may not replace this room.")
                        : replace(caller, readable.view(), version.orElseThrow(), creators);
            }
        };
    }

    private Response replace(
            Caller caller, RoomView old, RoomVersion version, List<UserId> creators) {
        var heritage = new RoomHeritage(old, version, caller.user(), creators);
        var command = new CreateRoom(
                caller.user(),
                version,
                RoomKind.PLAIN,
                heritage.createContent(),
                heritage.events(profiles.of(caller.user(), Optional.empty())));
        return switch (commands.create(command)) {
            case CreateOutcome.Failed(Problem problem) -> Response.of(problem);
            case CreateOutcome.Created(RoomId replacement, long roomNid, long _) -> {
                Optional<Problem> problem = send(
                        caller,
                        old,
                        EventTypes.TOMBSTONE,
                        JsonObject.builder()
                                .put("body", "This room has been replaced.")
                                .put("replacement_room", replacement.text())
                                .build());
                if (problem.isPresent()) {
                    yield Response.of(problem.get());
                }
                move(old, replacement, roomNid);
                close(caller, old);
                yield Answers.object("replacement_room", replacement.text());
            }
        };
    }

    private void move(RoomView old, RoomId replacement, long replacementNid) {
        aliases.move(old.identity().roomId(), replacement);
        long oldNid = old.identity().roomNid();
        if (published.isPublished(oldNid)) {
            published.publish(replacementNid, kernel.time().millis());
            published.withdraw(oldNid);
        }
    }

    /// Keeps people from going on in the old room, as far as the caller may.
    private void close(Caller caller, RoomView old) {
        JsonObject levels = RoomLevels.in(old).content();
        long above = Math.max(50, levels.integer("users_default").orElse(0) + 1);
        send(
                caller,
                old,
                EventTypes.POWER_LEVELS,
                levels.with(
                                "events_default",
                                Math.max(above, levels.integer("events_default").orElse(0)))
                        .with("invite", Math.max(above, levels.integer("invite").orElse(0))));
    }

    private Optional<Problem> send(Caller caller, RoomView room, String type, JsonObject content) {
        var outcome = commands.send(new SendEvent(
                room.identity().roomId(),
                caller.user(),
                type,
                Optional.of(""),
                content,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty()));
        return outcome instanceof SendOutcome.Failed(Problem problem)
                ? Optional.of(problem)
                : Optional.empty();
    }
}
