package im.holm.messenger;

import im.holm.journal.Journal;
import im.holm.journal.WakeUps;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Attribute;
import im.holm.platform.ws.WsEndpoint;
import im.holm.platform.ws.WsSession;
import im.holm.slice.Caller;
import im.holm.slice.CallerSource.Recognition;
import im.holm.slice.Ephemeral;
import im.holm.slice.GatewayEvents;
import im.holm.slice.Operation;
import im.holm.slice.WebSocket;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// `/v1/gateway`: events as they happen, and the operations of `/v1` over one connection. The
/// protocol is in docs/messenger-api.md.
///
/// The requests of a connection are run one after another, in their order; events come from a
/// thread of their own, which pulls them from the journal at the pace of the client.
final class Gateway implements WsEndpoint {

    static final String PATH = "/v1/gateway";

    /// How long a connection may wait before it says who it is.
    static final Duration AUTH_TIMEOUT = Duration.ofSeconds(10);

    /// A longer frame closes the connection with 1009.
    static final int FRAME_BYTES_MAX = 64 * 1024;

    /// Connections of one user, at most; the next is refused.
    static final int CONNECTIONS_A_USER_MAX = 50;

    private static final Attribute<GatewayConnection> CONNECTION =
            Attribute.of("gateway connection", GatewayConnection.class);

    private final WebSocket.Parts parts;
    private final Map<String, Operation> operations;
    private final Set<String> origins;
    private final Journal journal;
    private final WakeUps wakeUps;
    private final Ephemeral ephemeral;
    private final InstantSource time;
    private final Map<Long, Integer> connected = new ConcurrentHashMap<>();

    /// @param origins of pages that may connect; a client that is no browser names none
    Gateway(
            WebSocket.Parts parts,
            Set<String> origins,
            Journal journal,
            WakeUps wakeUps,
            Ephemeral ephemeral,
            InstantSource time) {
        this.parts = parts;
        this.operations = parts.operations().stream()
                .collect(Collectors.toUnmodifiableMap(
                        operation -> operation.documented().operationId(), Function.identity()));
        this.origins = Set.copyOf(origins);
        this.journal = journal;
        this.wakeUps = wakeUps;
        this.ephemeral = ephemeral;
        this.time = time;
    }

    @Override
    public void onOpen(WsSession session) {
        Optional<Problem> refusal = refusal(session);
        if (refusal.isPresent()) {
            session.send(Frames.error(refusal.get()));
            session.close(GatewayClose.NOT_ALLOWED.code(), GatewayClose.NOT_ALLOWED.reason());
            return;
        }
        var connection = new GatewayConnection(this, session);
        session.attach(CONNECTION, connection);
        connection.start();
    }

    @Override
    public void onText(WsSession session, String text) {
        session.attachment(CONNECTION).ifPresent(connection -> connection.received(text));
    }

    @Override
    public void onClose(WsSession session, int code, String reason) {
        session.attachment(CONNECTION).ifPresent(GatewayConnection::ended);
    }

    private Optional<Problem> refusal(WsSession session) {
        if (session.query().has("access_token") || session.query().has("token")) {
            return Optional.of(Problem.of(
                    ErrorCode.FORBIDDEN,
                    "A token belongs into the first frame: URLs end up in logs."));
        }
        return session.origin().filter(origin -> !origins.contains(origin)).isPresent()
                ? Optional.of(
                        Problem.of(ErrorCode.FORBIDDEN, "Pages of this origin may not connect."))
                : Optional.empty();
    }

    sealed interface Entry {
        record Known(Caller caller) implements Entry {}

        record Refused(Problem problem) implements Entry {}
    }

    Entry authenticate(String token) {
        return switch (parts.callers().recognize(token)) {
            case Recognition.Known(Caller caller) -> new Entry.Known(caller);
            case Recognition.Refused(Problem problem) -> new Entry.Refused(problem);
            case Recognition.Unknown _ -> new Entry.Refused(Problem.of(ErrorCode.UNKNOWN_TOKEN));
        };
    }

    Optional<Operation> operation(String name) {
        return Optional.ofNullable(operations.get(name));
    }

    GatewayFeed feed(Caller caller, Optional<String> resume) {
        List<GatewayEvents.Reader> readers =
                parts.events().stream().map(part -> part.open(caller)).toList();
        return GatewayFeed.open(journal, ephemeral, time, readers, resume);
    }

    WakeUps.Waiting waiting(Caller caller) {
        return wakeUps.register(caller.userNid());
    }

    void wake(Caller caller) {
        wakeUps.wake(caller.userNid());
    }

    /// @return false if the user has too many connections already
    boolean enter(Caller caller) {
        if (connected.merge(caller.userNid(), 1, Integer::sum) <= CONNECTIONS_A_USER_MAX) {
            return true;
        }
        leave(caller);
        return false;
    }

    void leave(Caller caller) {
        connected.computeIfPresent(caller.userNid(), (_, count) -> count == 1 ? null : count - 1);
    }
}
