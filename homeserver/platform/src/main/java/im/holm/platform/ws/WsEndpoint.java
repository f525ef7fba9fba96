package im.holm.platform.ws;

/// What happens on the connections of one WebSocket path.
///
/// The calls for one session never overlap and come in order, on a virtual thread: they may block,
/// which holds back only that session. After [#onClose] nothing more is called. An exception closes
/// the session with 1011.
public interface WsEndpoint {
    void onOpen(WsSession session);

    void onText(WsSession session, String text);

    /// The connection has ended: by either side, by a timeout (1006) or because the client was
    /// too slow (1013).
    void onClose(WsSession session, int code, String reason);
}
