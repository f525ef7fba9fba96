package im.holm.federation.call;

/// How much a call matters while its server is held to be down.
public enum Urgency {
    /// Waits for the next attempt that back-off allows.
    BACKGROUND,
    /// Somebody waits for the answer: may probe a server that is held to be down.
    USER
}
