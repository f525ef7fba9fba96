package im.holm.platform.error;

/// Who can do something about an error: it decides what is logged, what is counted and who is
/// woken.
public enum Blame {
    /// The request was wrong or not allowed; asking again unchanged does not help.
    USER,
    /// Holm or something that it stands on failed; it is logged.
    INTERNAL,
    /// A limit was reached; the same request may succeed later.
    RESOURCES
}
