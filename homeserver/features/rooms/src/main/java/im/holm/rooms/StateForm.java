package im.holm.rooms;

import im.holm.slice.Parameters;

/// How a client wants a room's state: as of the start of the timeline, or as of its end
/// (client-server API, "Syncing"; MSC4222 under its unstable name, which answers under an unstable
/// name, too).
enum StateForm {
    BEFORE("state"),
    AFTER("state_after"),
    AFTER_UNSTABLE("org.matrix.msc4222.state_after");

    private final String key;

    StateForm(String key) {
        this.key = key;
    }

    static StateForm read(Parameters parameters) {
        boolean unstable = parameters.bool("org.matrix.msc4222.use_state_after", false);
        if (parameters.bool("use_state_after", false)) {
            return AFTER;
        }
        return unstable ? AFTER_UNSTABLE : BEFORE;
    }

    /// In the room's part of the answer.
    String key() {
        return key;
    }

    boolean isAfter() {
        return this != BEFORE;
    }
}
