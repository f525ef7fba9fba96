package im.holm.protocol.version;

/// How an event gets its id.
public enum EventIdForm {
    /// The sender's server chooses `$opaque:server` and writes it into the event; references
    /// to events carry hashes (room versions 1 and 2).
    CHOSEN_BY_SENDER,
    /// `$` and the reference hash in standard base64, which may hold `/` and `+` (version 3).
    HASH_STANDARD_BASE64,
    /// `$` and the reference hash in URL-safe base64 (version 4 and later).
    HASH_URL_SAFE_BASE64
}
