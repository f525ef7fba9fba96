package im.holm.protocol.event;

import im.holm.protocol.id.UserId;

/// The place of a state event in a room's state.
///
/// @param type the event type
/// @param key the `state_key`, often empty
public record StateKey(String type, String key) implements Comparable<StateKey> {
    public static final StateKey CREATE = new StateKey(EventTypes.CREATE, "");
    public static final StateKey POWER_LEVELS = new StateKey(EventTypes.POWER_LEVELS, "");
    public static final StateKey JOIN_RULES = new StateKey(EventTypes.JOIN_RULES, "");
    public static final StateKey HISTORY_VISIBILITY =
            new StateKey(EventTypes.HISTORY_VISIBILITY, "");

    public static StateKey member(UserId user) {
        return new StateKey(EventTypes.MEMBER, user.toString());
    }

    /// The place of the state of this type with the empty key.
    public static StateKey of(String type) {
        return new StateKey(type, "");
    }

    @Override
    public int compareTo(StateKey other) {
        int byType = type.compareTo(other.type);
        return byType != 0 ? byType : key.compareTo(other.key);
    }
}
