package im.holm.accounts;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.slice.Fields;

import java.util.Optional;

/// Whom a client means by an `identifier`, or by the `user` of older clients (client-server API,
/// "Identifier types").
final class Identifiers {

    private Identifiers() {}

    sealed interface Meant {
        /// @param name a localpart or a whole user id, unchecked
        record User(String name) implements Meant {}

        record Failed(Problem problem) implements Meant {}
    }

    static Meant read(Fields body) {
        Optional<Fields> identifier = body.optionalFields("identifier");
        Meant meant = identifier
                .map(Identifiers::ofIdentifier)
                .orElseGet(() -> new Meant.User(body.string("user")));
        return body.failed() ? new Meant.Failed(body.problem().get()) : meant;
    }

    private static Meant ofIdentifier(Fields identifier) {
        String type = identifier.string("type");
        return switch (type) {
            case "m.id.user" -> new Meant.User(identifier.string("user"));
            case "m.id.thirdparty", "m.id.phone" ->
                new Meant.Failed(
                        Problem.of(ErrorCode.FORBIDDEN, "No account is known by this identifier."));
            default ->
                new Meant.Failed(Problem.of(
                        ErrorCode.BAD_REQUEST, "Identifiers of this type are not known."));
        };
    }
}
