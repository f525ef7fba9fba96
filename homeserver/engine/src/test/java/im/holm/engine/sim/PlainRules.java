package im.holm.engine.sim;

import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;

import java.util.Optional;

/// What everybody knows of the auth rules, said again without their code: nothing that these forbid
/// may ever be allowed. They do not know all of the rules.
final class PlainRules {

    private PlainRules() {}

    /// What is wrong with an event in this state, if anything plain is.
    static Optional<String> wrong(Pdu event, AuthState state) {
        if (event.type().equals(EventTypes.CREATE)) {
            return event.prevEvents().isEmpty()
                    ? Optional.empty()
                    : Optional.of("a create event follows something");
        }
        String now = membership(state, event.sender().toString());
        if (event.type().equals(EventTypes.MEMBER)) {
            return ofMember(event, state, now);
        }
        return now.equals("join")
                ? Optional.empty()
                : Optional.of("the sender is not joined: " + now);
    }

    private static Optional<String> ofMember(Pdu event, AuthState state, String sender) {
        String target = event.stateKey().orElse("");
        boolean self = target.equals(event.sender().toString());
        String before = membership(state, target);
        String after = event.membership().orElse("");
        return switch (after) {
            case "join" -> {
                boolean open = state.get(StateKey.JOIN_RULES)
                        .flatMap(rules -> rules.content().string("join_rule"))
                        .filter("public"::equals)
                        .isPresent();
                boolean first = event.prevEvents().size() == 1
                        && state.get(StateKey.JOIN_RULES).isEmpty();
                boolean may = self
                        && !before.equals("ban")
                        && (open
                                || first
                                || before.equals("join")
                                || before.equals("invite")
                                || event.content()
                                        .string("join_authorised_via_users_server")
                                        .isPresent());
                yield may ? Optional.empty() : Optional.of("it may not be joined: " + before);
            }
            case "invite" ->
                sender.equals("join") && !before.equals("ban") && !before.equals("join")
                        ? Optional.empty()
                        : Optional.of("it may not be invited: " + sender + ", " + before);
            case "ban" ->
                sender.equals("join") ? Optional.empty() : Optional.of("a ban by no member");
            case "leave" ->
                self && !before.equals("ban") || !self && sender.equals("join")
                        ? Optional.empty()
                        : Optional.of("a leave by " + sender + " of " + before);
            case "knock" ->
                self && !before.equals("ban") ? Optional.empty() : Optional.of("a wrong knock");
            default -> Optional.of("an unknown membership was allowed: " + after);
        };
    }

    private static String membership(AuthState state, String user) {
        return UserId.parse(user)
                .flatMap(id -> state.get(StateKey.member(id)))
                .flatMap(Pdu::membership)
                .orElse("leave");
    }
}
