package im.holm.messenger;

import im.holm.journal.WakeUps;
import im.holm.messenger.Frames.Incoming;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.ws.WsSession;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.slice.Caller;
import im.holm.slice.Operation;
import im.holm.slice.Operation.Result;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// One client of the gateway: from its first frame to its end.
final class GatewayConnection {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayConnection.class);

    /// Bad frames that a client may send before it is given up.
    private static final int BAD_FRAMES_MAX = 20;

    /// How often the token is looked at again, though nothing happens.
    private static final Duration RECHECK = Duration.ofSeconds(30);

    /// A frame is sent when no more than this many wait for the client: far below the limits of
    /// the queue, so that only a client that does not read runs into them.
    private static final int QUEUED_FRAMES_LOW = 8;

    /// A larger frame waits until the queue is empty.
    private static final int LARGE_FRAME_CHARS = 64 * 1024;

    private static final Duration SLOW_MAX = Duration.ofSeconds(60);

    private static final Duration END_MAX = Duration.ofSeconds(5);

    private final Gateway gateway;
    private final WsSession session;
    private final CountDownLatch authenticated = new CountDownLatch(1);
    private volatile Thread pump;
    private volatile boolean closed;
    private volatile Optional<Known> known = Optional.empty();
    private final ReentrantLock sending = new ReentrantLock();
    private int badFrames;

    private record Known(Caller caller, String token, GatewayFeed feed) {}

    GatewayConnection(Gateway gateway, WsSession session) {
        this.gateway = gateway;
        this.session = session;
    }

    void start() {
        pump = Thread.ofVirtual().name("gateway-" + session.id()).start(this::pump);
    }

    /// The connection has ended; returns when nothing is read for it any more, so that a node
    /// that stops does not take the database from under it.
    void ended() {
        closed();
        try {
            pump.join(END_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends the thread of the events by waking it: an interrupt could hit it in the middle of a
    /// question to the database, and cost the pool a connection.
    private void closed() {
        closed = true;
        authenticated.countDown();
        known.ifPresent(client -> gateway.wake(client.caller()));
    }

    /// One frame of the client. Frames come one after another.
    void received(String text) {
        switch (Frames.parse(text)) {
            case Incoming.Auth auth -> authenticate(auth);
            case Incoming.Request request -> run(request);
            case Incoming.Ping _ -> {
                if (requireAuth()) {
                    send(Frames.pong());
                }
            }
            case Incoming.Bad(Problem problem, var id, boolean malformed) ->
                refuse(problem, id, malformed);
        }
    }

    private void authenticate(Incoming.Auth auth) {
        if (known.isPresent()) {
            refuse(
                    Problem.of(ErrorCode.BAD_REQUEST, "The connection is authenticated already."),
                    Optional.empty(),
                    false);
            return;
        }
        switch (gateway.authenticate(auth.token())) {
            case Gateway.Entry.Refused(Problem problem) ->
                end(problem, GatewayClose.NOT_AUTHENTICATED);
            case Gateway.Entry.Known(Caller caller) -> {
                var feed = gateway.feed(caller, auth.resume());
                if (!enter(new Known(caller, auth.token(), feed))) {
                    end(Problem.of(ErrorCode.LIMIT_EXCEEDED), GatewayClose.TOO_MANY);
                }
            }
        }
    }

    /// Once the connection has ended nobody enters: its place would never be given back.
    private synchronized boolean enter(Known client) {
        if (closed) {
            return true;
        }
        if (!gateway.enter(client.caller())) {
            return false;
        }
        known = Optional.of(client);
        authenticated.countDown();
        return true;
    }

    private synchronized void leave() {
        closed = true;
        known.map(Known::caller).ifPresent(gateway::leave);
    }

    private void run(Incoming.Request request) {
        if (!requireAuth()) {
            return;
        }
        // The token is asked for anew: it may have been logged out meanwhile.
        switch (gateway.authenticate(known.get().token())) {
            case Gateway.Entry.Refused(Problem problem) ->
                end(problem, GatewayClose.NOT_AUTHENTICATED);
            case Gateway.Entry.Known(Caller caller) ->
                send(Frames.response(request.id(), answer(caller, request)));
        }
    }

    private Result answer(Caller caller, Incoming.Request request) {
        Optional<Operation> operation = gateway.operation(request.operation());
        if (operation.isEmpty()) {
            return Answers.failed(ErrorCode.UNRECOGNIZED, "There is no such operation.");
        }
        try {
            return operation.get().handler().handle(caller, request.params());
        } catch (RuntimeException e) {
            LOG.error("{} failed on connection {}", request.operation(), session.id(), e);
            return Answers.failed(Problem.of(ErrorCode.UNKNOWN));
        }
    }

    private boolean requireAuth() {
        if (known.isEmpty()) {
            end(
                    Problem.of(ErrorCode.MISSING_TOKEN, "The first frame must be 'auth'."),
                    GatewayClose.NOT_AUTHENTICATED);
        }
        return known.isPresent();
    }

    private void refuse(Problem problem, Optional<JsonValue> id, boolean malformed) {
        badFrames++;
        if (known.isEmpty()) {
            end(problem, GatewayClose.NOT_AUTHENTICATED);
        } else if (malformed || badFrames > BAD_FRAMES_MAX) {
            end(problem, GatewayClose.BAD_FRAME);
        } else {
            send(id.map(given -> Frames.response(given, Answers.failed(problem)))
                    .orElseGet(() -> Frames.error(problem)));
        }
    }

    /// Sends at the pace of the client. One that does not read for a minute is given up.
    private void send(String frame) {
        int waiting = frame.length() > LARGE_FRAME_CHARS ? 0 : QUEUED_FRAMES_LOW;
        sending.lock();
        try {
            if (session.awaitQueue(waiting, SLOW_MAX)) {
                session.send(frame);
            } else {
                session.close(GatewayClose.TOO_SLOW.code(), GatewayClose.TOO_SLOW.reason());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sending.unlock();
        }
    }

    private void end(Problem problem, GatewayClose close) {
        session.send(Frames.error(problem));
        session.close(close.code(), close.reason());
        closed();
    }

    /// The thread of the events.
    private void pump() {
        try {
            if (!authenticated.await(Gateway.AUTH_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                end(
                        Problem.of(ErrorCode.MISSING_TOKEN, "No 'auth' frame came in time."),
                        GatewayClose.AUTH_TIMEOUT);
            } else if (!closed) {
                deliver(known.orElseThrow());
            }
        } catch (InterruptedException e) {
            session.close(1001, "the server is stopping");
        } catch (RuntimeException e) {
            LOG.error("events of connection {} failed", session.id(), e);
            session.close(1011, "internal error");
        } finally {
            leave();
        }
    }

    private void deliver(Known client) throws InterruptedException {
        try (WakeUps.Waiting waiting = gateway.waiting(client.caller())) {
            send(ready(client));
            while (!closed && session.isOpen() && isStillKnown(client)) {
                waiting.reset();
                GatewayFeed.Step step = client.feed().next();
                for (String frame : step.frames()) {
                    send(frame);
                }
                if (!step.more()) {
                    waiting.await(RECHECK);
                }
            }
        }
    }

    private boolean isStillKnown(Known client) {
        return switch (gateway.authenticate(client.token())) {
            case Gateway.Entry.Known _ -> true;
            case Gateway.Entry.Refused(Problem problem) -> {
                end(problem, GatewayClose.NOT_AUTHENTICATED);
                yield false;
            }
        };
    }

    private String ready(Known client) {
        var data = JsonObject.builder()
                .put("session", session.id())
                .put("user_id", client.caller().user().toString())
                .put("device_id", client.caller().deviceId())
                .put("resumed", client.feed().resumed());
        return Frames.event("ready", Optional.of(client.feed().seq()), data.build());
    }
}
