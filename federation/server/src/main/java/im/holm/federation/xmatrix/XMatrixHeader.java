package im.holm.federation.xmatrix;

import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One `Authorization` header of the scheme `X-Matrix`, taken apart (RFC 9110, 11.4).
///
/// @param destination absent from servers older than specification 1.3
/// @param signature base64, not looked at yet
record XMatrixHeader(ServerName origin, Optional<String> destination, KeyId key, String signature) {

    /// Longer headers are malformed: two server names, a key id and 64 bytes of base64 need far
    /// less.
    static final int LENGTH_MAX = 4096;

    private static final int PARAMETERS_MAX = 32;
    private static final String SCHEME = "x-matrix";

    /// What an `Authorization` value is to us.
    sealed interface Parsed {
        record Header(XMatrixHeader header) implements Parsed {}

        /// Another scheme, such as `Bearer`.
        record OtherScheme() implements Parsed {}

        record Malformed(String reason) implements Parsed {}
    }

    static Parsed parse(String value) {
        String text = value.strip();
        int space = text.indexOf(' ');
        String scheme = space < 0 ? text : text.substring(0, space);
        if (!scheme.toLowerCase(Locale.ROOT).equals(SCHEME)) {
            return new Parsed.OtherScheme();
        }
        if (space < 0 || text.length() > LENGTH_MAX) {
            return new Parsed.Malformed("no parameters, or too many");
        }
        Map<String, String> parameters = new HashMap<>();
        String wrong = new Scanner(text, space + 1).readInto(parameters);
        return wrong != null ? new Parsed.Malformed(wrong) : of(parameters);
    }

    private static Parsed of(Map<String, String> parameters) {
        Optional<ServerName> origin =
                Optional.ofNullable(parameters.get("origin")).flatMap(ServerName::parse);
        Optional<KeyId> key = Optional.ofNullable(parameters.get("key")).flatMap(KeyId::parse);
        Optional<String> signature = Optional.ofNullable(parameters.get("sig"));
        if (origin.isEmpty() || key.isEmpty() || signature.isEmpty()) {
            return new Parsed.Malformed("origin, key or sig is missing or malformed");
        }
        return new Parsed.Header(new XMatrixHeader(
                origin.get(),
                Optional.ofNullable(parameters.get("destination")),
                key.get(),
                signature.get()));
    }

    /// Reads comma-separated `name=value` pairs; values may be quoted.
    private static final class Scanner {
        private final String text;
        private int at;

        Scanner(String text, int at) {
            this.text = text;
            this.at = at;
        }

        /// @return what is wrong, or null
        String readInto(Map<String, String> parameters) {
            for (int count = 0; ; count++) {
                skip(" \t,");
                if (at == text.length()) {
                    return null;
                }
                if (count == PARAMETERS_MAX) {
                    return "too many parameters";
                }
                String name = until("= \t,\"").toLowerCase(Locale.ROOT);
                skip(" \t");
                if (name.isEmpty() || !take('=')) {
                    return "not a name=value pair at " + at;
                }
                skip(" \t");
                String value = take('"') ? quoted() : until(", \t\"\\");
                if (value == null) {
                    return "a quote is not closed";
                }
                if (parameters.put(name, value) != null) {
                    return name + " is given twice";
                }
                skip(" \t");
                if (at < text.length() && text.charAt(at) != ',') {
                    return "no comma at " + at;
                }
            }
        }

        private String until(String stops) {
            int start = at;
            while (at < text.length() && stops.indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }

        private void skip(String what) {
            while (at < text.length() && what.indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private boolean take(char c) {
            if (at < text.length() && text.charAt(at) == c) {
                at++;
                return true;
            }
            return false;
        }

        private String quoted() {
            StringBuilder value = new StringBuilder();
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c == '"') {
                    return value.toString();
                }
                if (c == '\\') {
                    if (at == text.length()) {
                        return null;
                    }
                    c = text.charAt(at++);
                }
                value.append(c);
            }
            return null;
        }
    }
}
