package im.holm.accounts;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;

import java.security.SecureRandom;
import java.util.Optional;

/// What names an account may have (specification appendices, "User Identifiers"), and names for
/// those who choose none.
final class Localparts {

    private static final String OPAQUE_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
    private static final int OPAQUE_CHARS = 12;

    private Localparts() {}

    sealed interface Chosen {
        record Free(UserId user) implements Chosen {}

        record Refused(Problem problem) implements Chosen {}
    }

    /// A leading underscore is kept for users of application services and of the server itself.
    static Chosen choose(String localpart, ServerName server) {
        Optional<UserId> user = UserId.parse("@" + localpart + ":" + server)
                .filter(id -> id.localpart().equals(localpart))
                .filter(UserId::isRegistrable)
                .filter(_ -> !localpart.startsWith("_"));
        return user.isPresent()
                ? new Chosen.Free(user.get())
                : new Chosen.Refused(Problem.of(
                        ErrorCode.INVALID_USERNAME,
                        "A user name has the characters a-z, 0-9 and . _ = - / + only, does not"
                                + " start with _, and fits into a user id of 255 bytes."));
    }

    /// A name that says nothing of who has it.
    static UserId opaque(ServerName server, SecureRandom random) {
        var localpart = new StringBuilder(OPAQUE_CHARS);
        for (int i = 0; i < OPAQUE_CHARS; i++) {
            localpart.append(OPAQUE_LETTERS.charAt(random.nextInt(OPAQUE_LETTERS.length())));
        }
        return new UserId(localpart.toString(), server);
    }
}
