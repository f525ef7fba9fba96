package im.holm.protocol.json;

/// Why bytes were not accepted as JSON.
public enum JsonProblem {
    /// The input is longer than the limit.
    TOO_LARGE,
    /// The input is not UTF-8, or begins with a byte order mark.
    INVALID_UTF8,
    /// The input is not one JSON value.
    NOT_JSON,
    /// Objects and arrays nest deeper than the limit.
    TOO_DEEP,
    /// An object has a key twice.
    DUPLICATE_KEY,
    /// A string holds half of a surrogate pair.
    LONE_SURROGATE,
    /// A number is not one of canonical JSON or, where others pass, beyond every double.
    NUMBER_NOT_CANONICAL,
    /// The value is JSON, but not an object.
    NOT_AN_OBJECT;

    /// Whether the input was not JSON at all (`M_NOT_JSON`), as opposed to JSON of a kind we
    /// refuse (`M_BAD_JSON`).
    public boolean isNotJson() {
        return this == INVALID_UTF8 || this == NOT_JSON;
    }
}
