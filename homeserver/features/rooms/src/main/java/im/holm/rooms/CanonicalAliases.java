package im.holm.rooms;

import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.auth.PowerLevels;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.RoomAlias;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Fields;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// What `m.room.canonical_alias` may say: an alias that it newly names must point to the room
/// (client-server API, `m.room.canonical_alias`).
final class CanonicalAliases {

    /// Alternative aliases in one event, at most.
    private static final int ALTERNATIVES_MAX = 100;

    /// NOTSPEC: aliases of other servers that one event newly names, at most: each is a
    /// question to a server that may take its time.
    private static final int ASKED_MAX = 10;

    private final RoomNames names;

    CanonicalAliases(RoomNames names) {
        this.names = names;
    }

    /// Who may not set them at all is told by the room's rules, before any server is asked.
    Optional<Problem> refusal(UserId sender, RoomView view, Fields content) {
        Set<RoomAlias> named = new LinkedHashSet<>();
        if (content.optionalString("alias").filter(String::isEmpty).isEmpty()) {
            content.optionalId("alias", RoomAlias::parse).ifPresent(named::add);
        }
        named.addAll(content.ids("alt_aliases", ALTERNATIVES_MAX, RoomAlias::parse));
        if (content.failed()) {
            return content.problem();
        }
        if (!mayName(sender, view)) {
            return Optional.empty();
        }
        Set<String> before = namedNow(view);
        named.removeIf(alias -> before.contains(alias.toString()));
        if (named.stream().filter(names::isOfAnotherServer).count() > ASKED_MAX) {
            return Optional.of(Problem.of(
                    ErrorCode.INVALID_PARAM,
                    "An event names at most " + ASKED_MAX + " new aliases of other servers."));
        }
        return named.stream()
                .filter(alias -> !pointsTo(alias, view))
                .findFirst()
                .map(alias ->
                        Problem.of(ErrorCode.BAD_ALIAS, alias + " does not point to this room."));
    }

    private static boolean mayName(UserId sender, RoomView view) {
        PowerLevels levels = RoomLevels.in(view);
        return levels.ofUser(sender) >= levels.toSend(EventTypes.CANONICAL_ALIAS, true);
    }

    private boolean pointsTo(RoomAlias alias, RoomView view) {
        return names.resolve(alias)
                .filter(found -> found.room().equals(view.identity().roomId()))
                .isPresent();
    }

    private static Set<String> namedNow(RoomView view) {
        JsonObject content = view.stateEvent(StateKey.of(EventTypes.CANONICAL_ALIAS))
                .map(StoredEvent::content)
                .orElse(JsonObject.EMPTY);
        Set<String> named = new LinkedHashSet<>();
        content.string("alias").ifPresent(named::add);
        content.array("alt_aliases").flatMap(array -> array.strings()).ifPresent(named::addAll);
        return named;
    }
}
