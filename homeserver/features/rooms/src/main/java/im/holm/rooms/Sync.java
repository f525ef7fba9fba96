package im.holm.rooms;

import im.holm.engine.Inboxes;
import im.holm.journal.Journal;
import im.holm.journal.Vector;
import im.holm.journal.WakeUps;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Connection;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Ephemeral;
import im.holm.slice.Kernel;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// `GET /sync`: what is new for a device since its last call, waiting for something if there is
/// nothing (client-server API, "Syncing").
final class Sync {

    private static final long RETRY_MS = 1000;

    private final Journal journal;
    private final InstantSource time;
    private final Inboxes inboxes;
    private final Ephemeral ephemeral;
    private final WakeUps wakeUps;
    private final Filters filters;
    private final SyncReader reader;

    Sync(Kernel kernel, Filters filters, SyncReader reader) {
        this.journal = kernel.journal();
        this.time = kernel.time();
        this.inboxes = kernel.inboxes();
        this.ephemeral = kernel.ephemeral();
        this.wakeUps = kernel.wakeUps();
        this.filters = filters;
        this.reader = reader;
    }

    List<ClientRoute> routes() {
        return List.of(ClientRoute.user(
                        Method.GET,
                        "/_matrix/client/v3/sync",
                        new Documented("sync", "r0", "SyncTest"),
                        this::sync)
                .asLongPoll());
    }

    private Response sync(Caller caller, Request http) {
        var reading = SyncRequest.read(caller, http, journal, time.millis(), ephemeral, filters);
        return switch (reading) {
            case SyncRequest.Reading.Bad(var flawed) -> flawed.failure();
            case SyncRequest.Reading.Ok(var request) -> {
                try {
                    yield Response.json(answer(request, http.connection()));
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                    yield Response.of(Problem.retryLater(
                            ErrorCode.UNAVAILABLE, "The server is stopping.", RETRY_MS));
                }
            }
        };
    }

    /// Registers before it takes the cut: what comes after the cut wakes it. A client that goes
    /// away, or a server that stops, ends the waiting.
    private byte[] answer(SyncRequest request, Connection connection) throws InterruptedException {
        long deadline = System.nanoTime() + request.timeout().toNanos();
        try (var waiting = wakeUps.register(request.caller().userNid())) {
            connection.onDisconnect(waiting::end);
            while (true) {
                waiting.reset();
                Vector to = inboxes.cut();
                var answer = reader.read(request, to, ephemeral.now());
                long left = deadline - System.nanoTime();
                if (!mayWait(request) || answer.news() || left <= 0) {
                    return answer.json();
                }
                if (!waiting.await(Duration.ofNanos(left))) {
                    return answer.json();
                }
            }
        }
    }

    private static boolean mayWait(SyncRequest request) {
        return request.since().isPresent() && !request.fullState();
    }
}
