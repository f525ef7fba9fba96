package im.holm.platform.ws;

import im.holm.platform.http.Attribute;
import im.holm.platform.http.Headers;
import im.holm.platform.http.Query;
import im.holm.platform.http.Remote;

import java.time.Duration;
import java.util.Optional;

/// One WebSocket connection. Safe for use from any thread.
public interface WsSession {
    /// Unique among the sessions of this process, and in every log line about it.
    String id();

    Remote remote();

    /// The page that opened the connection, when a browser did.
    Optional<String> origin();

    Headers headers();

    Query query();

    /// Queues a text frame. When the queue is full the session is closed with 1013; a client
    /// resumes from what it has.
    ///
    /// @return whether the frame was queued
    boolean send(String text);

    /// Waits until no more than `frames` frames are queued: who has much to send does not run
    /// into the limit of the queue while the client keeps reading.
    ///
    /// @return false if the session has ended, or the time ran out first
    boolean awaitQueue(int frames, Duration timeout) throws InterruptedException;

    /// Sends what is queued, then closes.
    void close(int code, String reason);

    boolean isOpen();

    /// Remembers something about the session, such as whose it is.
    <T> void attach(Attribute<T> attribute, T value);

    <T> Optional<T> attachment(Attribute<T> attribute);
}
