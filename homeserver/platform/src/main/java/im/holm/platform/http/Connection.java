package im.holm.platform.http;

/// What a long-polling handler can learn of the connection that its answer goes to.
public interface Connection {
    /// Runs the action once when the client goes away before the answer was sent; at once when
    /// it is gone already. The action runs on another thread and must be short: it should end
    /// the handler's waiting.
    void onDisconnect(Runnable action);

    /// For tests that call a handler without a listener: a client that stays.
    Connection STAYS = _ -> {};
}
