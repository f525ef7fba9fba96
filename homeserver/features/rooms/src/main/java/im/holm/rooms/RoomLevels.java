package im.holm.rooms;

import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.protocol.auth.PowerLevels;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.json.JsonObject;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Who may do what in a room now.
final class RoomLevels {

    private RoomLevels() {}

    static PowerLevels in(RoomView view) {
        Optional<StoredEvent> levels = view.stateEvent(StateKey.POWER_LEVELS);
        return new PowerLevels(
                view.identity().version(),
                levels.map(StoredEvent::content).orElse(JsonObject.EMPTY),
                levels.isPresent(),
                creators(view));
    }

    private static Set<String> creators(RoomView view) {
        Set<String> creators = new HashSet<>();
        view.stateEvent(StateKey.CREATE).ifPresent(create -> {
            creators.add(create.row().sender().toString());
            create.content()
                    .array("additional_creators")
                    .flatMap(array -> array.strings())
                    .ifPresent(creators::addAll);
        });
        return creators;
    }
}
