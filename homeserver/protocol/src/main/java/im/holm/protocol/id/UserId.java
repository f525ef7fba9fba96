package im.holm.protocol.id;

import java.util.Optional;

/// A user's id: `@localpart:server`.
///
/// The historical grammar is accepted, as events in rooms carry it: any localpart of Unicode
/// code points but NUL and colon, even an empty one. What may be registered is narrower:
/// [#isRegistrable()].
///
/// The text is kept beside its parts: rules and states ask for it many times an event.
public final class UserId implements Comparable<UserId> {
    private final String localpart;
    private final ServerName server;
    private final String text;

    /// Throws [IllegalArgumentException] when the parts make no user id.
    public UserId(String localpart, ServerName server) {
        this(localpart, server, "@" + localpart + ":" + server.text());
        if (!Grammar.isOpaqueLocalpart(localpart) || !Grammar.fits(text)) {
            throw new IllegalArgumentException("not a user id: " + text);
        }
    }

    private UserId(String localpart, ServerName server, String text) {
        this.localpart = localpart;
        this.server = server;
        this.text = text;
    }

    /// Reads untrusted text.
    public static Optional<UserId> parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 1 || text.charAt(0) != '@' || !Grammar.fits(text)) {
            return Optional.empty();
        }
        String localpart = text.substring(1, colon);
        if (!Grammar.isOpaque(localpart)) {
            return Optional.empty();
        }
        return ServerName.parse(text.substring(colon + 1))
                .map(server -> new UserId(localpart, server, text));
    }

    /// Reads trusted text; throws [IllegalArgumentException] when it is not a user id.
    public static UserId of(String text) {
        return parse(text)
                .orElseThrow(() -> new IllegalArgumentException("not a user id: " + text));
    }

    public String localpart() {
        return localpart;
    }

    public ServerName server() {
        return server;
    }

    /// Whether the localpart obeys the strict grammar: `a-z`, `0-9`, `.`, `_`, `=`, `-`, `/`,
    /// `+`, not empty. New accounts must obey it.
    public boolean isRegistrable() {
        if (localpart.isEmpty()) {
            return false;
        }
        for (int i = 0; i < localpart.length(); i++) {
            char c = localpart.charAt(i);
            if (!(c >= 'a' && c <= 'z') && !Grammar.isDigit(c) && "._=-/+".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /// Whether the localpart holds only the characters U+0021 to U+007E and is not empty. Ids
    /// that do not comply are accepted inside events, but should not be forwarded to clients
    /// elsewhere.
    public boolean isCompliant() {
        if (localpart.isEmpty()) {
            return false;
        }
        for (int i = 0; i < localpart.length(); i++) {
            char c = localpart.charAt(i);
            if (c < 0x21 || c > 0x7E) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(UserId other) {
        return text.compareTo(other.text);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UserId user && text.equals(user.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
