package im.holm.federation.serving;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import im.holm.engine.InboundRooms;
import im.holm.engine.InboundRooms.ReceiveOutcome;
import im.holm.engine.RoomReader;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonWriter;
import im.holm.slice.Documented;
import im.holm.slice.EduType;
import im.holm.slice.FederationRoute;
import im.holm.slice.Fields;
import im.holm.slice.Parameters;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// `PUT /send/{txnId}`: events and ephemeral units of another server, once by (origin, transaction
/// id).
///
/// Events of one room are taken in their order, rooms beside each other: a slow room delays the
/// answer, but no other room.
public final class TransactionRoute {
    static final int PDUS_MAX = 50;
    static final int EDUS_MAX = 100;

    private static final Logger LOG = LoggerFactory.getLogger(TransactionRoute.class);
    private static final int TXN_ID_BYTES_MAX = 255;

    /// Transactions of one server at a time; the specification's servers send one.
    private static final int PER_ORIGIN_MAX = 4;

    private static final long WAIT_FOR_PLACE_MS = 20_000;
    private static final int ORIGINS_MAX = 10_000;

    private final InboundRooms inbound;
    private final RoomReader rooms;
    private final TransactionTable table;
    private final Supplier<List<EduType>> edus;
    private final Map<Key, CompletableFuture<Response>> inFlight = new ConcurrentHashMap<>();
    private final Cache<ServerName, Semaphore> places =
            Caffeine.newBuilder().maximumSize(ORIGINS_MAX).build();

    public TransactionRoute(
            InboundRooms inbound,
            RoomReader rooms,
            TransactionTable table,
            Supplier<List<EduType>> edus) {
        this.inbound = inbound;
        this.rooms = rooms;
        this.table = table;
        this.edus = edus;
    }

    private record Key(ServerName origin, String txnId) {}

    public FederationRoute route() {
        return FederationRoute.server(
                Method.PUT,
                "/_matrix/federation/v1/send/{txnId}",
                new Documented("sendTransaction", "r0", "TransactionRouteTest"),
                this::send);
    }

    private Response send(ServerName origin, Request request) {
        Parameters path = Parameters.of(request);
        String txnId = path.path("txnId", TXN_ID_BYTES_MAX);
        if (path.failed()) {
            return path.failure();
        }
        Key key = new Key(origin, txnId);
        CompletableFuture<Response> mine = new CompletableFuture<>();
        CompletableFuture<Response> first = inFlight.putIfAbsent(key, mine);
        if (first != null) {
            return sameAs(first);
        }
        try {
            Response answer = table.answer(origin, txnId)
                    .map(Response::json)
                    .orElseGet(() -> takeInTurn(key, request));
            mine.complete(answer);
            return answer;
        } finally {
            inFlight.remove(key);
            mine.complete(Response.of(Problem.of(ErrorCode.UNAVAILABLE)));
        }
    }

    private static Response sameAs(CompletableFuture<Response> first) {
        try {
            return first.get();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Response.of(Problem.of(ErrorCode.UNAVAILABLE));
        } catch (ExecutionException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private Response takeInTurn(Key key, Request request) {
        Semaphore place = places.get(key.origin(), _ -> new Semaphore(PER_ORIGIN_MAX));
        try {
            if (!place.tryAcquire(WAIT_FOR_PLACE_MS, TimeUnit.MILLISECONDS)) {
                return Response.of(Problem.retryLater(
                        ErrorCode.LIMIT_EXCEEDED, "Too many transactions at once.", 5_000));
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Response.of(Problem.of(ErrorCode.UNAVAILABLE));
        }
        try {
            return switch (Bodies.read(request)) {
                case Bodies.Body.Wrong(Problem problem) -> Response.of(problem);
                case Bodies.Body.Of(JsonObject body) -> take(key, body);
            };
        } finally {
            place.release();
        }
    }

    private Response take(Key key, JsonObject object) {
        Fields body = Fields.of(object);
        if (!body.has("pdus")) {
            body.refuse(ErrorCode.MISSING_PARAM, "'pdus' is missing");
        }
        List<JsonObject> pdus =
                body.objects("pdus", PDUS_MAX).stream().map(Fields::object).toList();
        List<JsonObject> units =
                body.objects("edus", EDUS_MAX).stream().map(Fields::object).toList();
        if (body.failed()) {
            return body.failure();
        }
        Map<EventId, String> failures = new ConcurrentHashMap<>();
        Map<EventId, Boolean> seen = new ConcurrentHashMap<>();
        if (!receive(key.origin(), pdus, seen, failures)) {
            return Response.of(Problem.retryLater(
                    ErrorCode.UNAVAILABLE, "Not every event could be stored; try again.", 1_000));
        }
        if (!apply(key.origin(), units)) {
            return Response.of(Problem.retryLater(
                    ErrorCode.UNAVAILABLE, "Not every unit could be stored; try again.", 1_000));
        }
        byte[] answer = answer(seen, failures);
        table.keep(key.origin(), key.txnId(), answer);
        return Response.json(answer);
    }

    /// @return whether all are durable, or dropped for good
    private boolean receive(
            ServerName origin,
            List<JsonObject> pdus,
            Map<EventId, Boolean> seen,
            Map<EventId, String> failures) {
        Map<String, List<JsonObject>> byRoom = new LinkedHashMap<>();
        for (JsonObject pdu : pdus) {
            byRoom.computeIfAbsent(pdu.string("room_id").orElse(""), _ -> new ArrayList<>())
                    .add(pdu);
        }
        AtomicBoolean durable = new AtomicBoolean(true);
        if (byRoom.size() == 1) {
            receiveRoom(origin, byRoom.values().iterator().next(), seen, failures, durable);
            return durable.get();
        }
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            byRoom.values()
                    .forEach(ofRoom -> workers.execute(
                            () -> receiveRoom(origin, ofRoom, seen, failures, durable)));
        }
        return durable.get();
    }

    private void receiveRoom(
            ServerName origin,
            List<JsonObject> pdus,
            Map<EventId, Boolean> seen,
            Map<EventId, String> failures,
            AtomicBoolean durable) {
        List<ReceiveOutcome> outcomes;
        try {
            outcomes = inbound.receive(origin, pdus);
        } catch (RuntimeException broken) {
            LOG.error("Receiving events of {} failed", origin, broken);
            durable.set(false);
            return;
        }
        for (int i = 0; i < outcomes.size(); i++) {
            switch (outcomes.get(i)) {
                case ReceiveOutcome.Accepted(EventId id) -> seen.put(id, true);
                case ReceiveOutcome.Known(EventId id) -> seen.put(id, true);
                case ReceiveOutcome.Waiting(EventId id) -> seen.put(id, true);
                case ReceiveOutcome.SoftFailed(EventId id, String _) -> seen.put(id, true);
                case ReceiveOutcome.Rejected(EventId id, String reason) -> failures.put(id, reason);
                case ReceiveOutcome.Dropped(String reason) ->
                    eventId(pdus.get(i)).ifPresent(id -> failures.put(id, reason));
                case ReceiveOutcome.Unavailable(String reason) -> {
                    LOG.warn("An event of {} could not be stored: {}", origin, reason);
                    durable.set(false);
                }
            }
        }
    }

    /// The id of an event that was dropped, if it is of a room that we know and has a form.
    private Optional<EventId> eventId(JsonObject pdu) {
        return pdu.string("room_id")
                .flatMap(RoomId::parse)
                .flatMap(rooms::room)
                .flatMap(room -> PduParser.parse(room.identity().version(), pdu).wellFormed())
                .map(Pdu::eventId);
    }

    /// @return whether all are applied, or dropped for good
    private boolean apply(ServerName origin, List<JsonObject> units) {
        boolean done = true;
        List<EduType> types = units.isEmpty() ? List.of() : edus.get();
        for (JsonObject unit : units) {
            Optional<String> type = unit.string("edu_type");
            Optional<JsonObject> content = unit.object("content");
            if (type.isEmpty() || content.isEmpty()) {
                continue;
            }
            for (EduType handled : types) {
                if (handled.type().equals(type.get())) {
                    done &= apply(origin, handled, content.get()) == EduType.Outcome.DONE;
                }
            }
        }
        return done;
    }

    /// A unit that a handler cannot bear is lost; the others are not.
    private static EduType.Outcome apply(ServerName origin, EduType type, JsonObject content) {
        try {
            return type.handler().apply(origin, content);
        } catch (RuntimeException broken) {
            LOG.warn("An {} of {} was not applied", type.type(), origin, broken);
            return EduType.Outcome.DONE;
        }
    }

    private static byte[] answer(Map<EventId, Boolean> seen, Map<EventId, String> failures) {
        JsonObject.Builder pdus = JsonObject.builder();
        seen.keySet().forEach(id -> pdus.put(id.text(), JsonObject.EMPTY));
        failures.forEach((id, reason) ->
                pdus.put(id.text(), JsonObject.builder().put("error", reason).build()));
        return JsonWriter.write(JsonObject.of("pdus", pdus.build()));
    }
}
