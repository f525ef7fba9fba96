package im.holm.platform.error;

/// Writes `docs/errors.md` from [ErrorCode].
public final class ErrorDocs {
    private ErrorDocs() {}

    /// The whole page, ending in a newline.
    public static String markdown() {
        StringBuilder page = new StringBuilder("""
                # Errors

                Generated from `im.holm.platform.error.ErrorCode`; do not edit by hand.

                The Matrix APIs answer with `{"errcode", "error"}`, `/v1` with problem details (RFC 9457) that carry
                `errcode` too. *Blame* says who can do something about it: the one who asked (user), the server's
                operator (internal), or time (resources).

                | errcode | HTTP status | blame | problem type on `/v1` | meaning |
                |---|---|---|---|---|
                """);
        for (ErrorCode code : ErrorCode.values()) {
            page.append("| `%s` | %d | %s | `%s` | %s |\n"
                    .formatted(
                            code.errcode(),
                            code.status(),
                            code.blame().name().toLowerCase(java.util.Locale.ROOT),
                            code.typeUri(),
                            code.description()));
        }
        return page.toString();
    }
}
