package im.holm.protocol.auth;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.version.RoomVersion;

/// An event before its rules: the event, the state it is checked against and what the rules
/// ask of that state. Nothing is read of the state before a rule asks for it.
final class AuthCase {
    private final Pdu event;
    private final AuthState state;
    private final Pdu create;
    private PowerLevels levels;

    AuthCase(Pdu event, AuthState state, Pdu create) {
        this.event = event;
        this.state = state;
        this.create = create;
    }

    Pdu event() {
        return event;
    }

    AuthState state() {
        return state;
    }

    Pdu create() {
        return create;
    }

    PowerLevels levels() {
        if (levels == null) {
            levels = PowerLevels.in(event.version(), state);
        }
        return levels;
    }

    RoomVersion version() {
        return event.version();
    }

    String sender() {
        return event.sender().toString();
    }

    /// The user whom a membership event is about.
    String target() {
        return event.stateKey().orElse("");
    }

    boolean isAboutSender() {
        return target().equals(sender());
    }

    /// The user's membership, `leave` for a user who never had one.
    String membershipOf(String user) {
        return state.get(new StateKey(EventTypes.MEMBER, user))
                .flatMap(member -> member.content().string("membership"))
                .orElse("leave");
    }

    boolean isJoined(String user) {
        return membershipOf(user).equals("join");
    }

    /// The join rule, `invite` when nothing says another; a rule that is not text is no rule.
    String joinRule() {
        return state.get(StateKey.JOIN_RULES)
                .flatMap(rules -> rules.content().get("join_rule"))
                .map(value -> value instanceof JsonString(String rule) ? rule : "")
                .orElse("invite");
    }

    long senderLevel() {
        return levels().ofUser(event.sender());
    }

    long targetLevel() {
        return levels().ofUser(target());
    }
}
