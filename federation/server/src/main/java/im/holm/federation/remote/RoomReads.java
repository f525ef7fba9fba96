package im.holm.federation.remote;

import im.holm.engine.port.RemoteRooms;
import im.holm.federation.call.Call;
import im.holm.federation.call.CallOutcome;
import im.holm.federation.call.ServerCalls;
import im.holm.federation.keys.ServerKeys;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.version.RoomVersion;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Reads rooms from other servers.
public final class RoomReads implements RemoteRooms {
    private static final String V1 = "/_matrix/federation/v1/";

    /// For whole states and auth chains.
    private static final Duration STATE_DEADLINE = Duration.ofSeconds(20);

    private static final long STATE_MAX_BYTES = 64L << 20;
    private static final long EVENT_MAX_BYTES = 1L << 20;

    /// What is asked for in one request; servers give no more than this anyway.
    private static final int EVENTS_MAX = 100;

    private final ServerCalls calls;
    private final PduReading reading;

    public RoomReads(ServerCalls calls, ServerKeys keys) {
        this.calls = calls;
        this.reading = new PduReading(keys);
    }

    @Override
    public Fetch<Optional<VerifiedPdu>> event(
            ServerName from, RoomId room, RoomVersion version, EventId eventId) {
        CallOutcome outcome = calls.call(Call.get(from, V1 + "event/" + Call.encoded(eventId))
                .about(room)
                .answeredInAtMost(EVENT_MAX_BYTES));
        if (outcome instanceof CallOutcome.Declined declined && declined.status() == 404) {
            return new Fetch.Got<>(Optional.empty());
        }
        return read(
                outcome,
                body -> events(body, "pdus")
                        .map(events -> events.stream()
                                .limit(1)
                                .flatMap(event -> reading.verified(event, room, version).stream())
                                .filter(event -> event.eventId().equals(eventId))
                                .findFirst()));
    }

    @Override
    public Fetch<List<VerifiedPdu>> missingEvents(
            ServerName from,
            RoomId room,
            RoomVersion version,
            Set<EventId> earliest,
            Set<EventId> latest,
            int limit) {
        int wanted = Math.clamp(limit, 1, EVENTS_MAX);
        JsonObject body = JsonObject.builder()
                .put("earliest_events", JsonArray.ofStrings(earliest))
                .put("latest_events", JsonArray.ofStrings(latest))
                .put("limit", wanted)
                .put("min_depth", 0)
                .build();
        CallOutcome outcome =
                calls.call(Call.post(from, V1 + "get_missing_events/" + Call.encoded(room), body)
                        .about(room));
        return read(outcome, answer -> verified(answer, "events", room, version, wanted));
    }

    @Override
    public Fetch<StateIds> stateIds(ServerName from, RoomId room, EventId at) {
        CallOutcome outcome = calls.call(stateCall(from, "state_ids/", room, at));
        return read(outcome, answer -> {
            Optional<List<EventId>> state = ids(answer, "pdu_ids");
            Optional<List<EventId>> chain = ids(answer, "auth_chain_ids");
            return state.isEmpty() || chain.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new StateIds(state.get(), chain.get()));
        });
    }

    @Override
    public Fetch<State> state(ServerName from, RoomId room, RoomVersion version, EventId at) {
        CallOutcome outcome = calls.call(stateCall(from, "state/", room, at));
        return read(outcome, answer -> {
            Optional<List<VerifiedPdu>> state =
                    verified(answer, "pdus", room, version, Integer.MAX_VALUE);
            Optional<List<VerifiedPdu>> chain =
                    verified(answer, "auth_chain", room, version, Integer.MAX_VALUE);
            return state.isEmpty() || chain.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new State(state.get(), chain.get()));
        });
    }

    @Override
    public Fetch<List<VerifiedPdu>> backfill(
            ServerName from, RoomId room, RoomVersion version, Set<EventId> at, int limit) {
        int wanted = Math.clamp(limit, 1, EVENTS_MAX);
        String query =
                at.stream().map(id -> "v=" + Call.encoded(id) + "&").collect(Collectors.joining());
        CallOutcome outcome = calls.call(Call.get(
                        from,
                        V1 + "backfill/" + Call.encoded(room) + "?" + query + "limit=" + wanted)
                .about(room));
        return read(outcome, answer -> verified(answer, "pdus", room, version, wanted));
    }

    @Override
    public Fetch<List<VerifiedPdu>> eventAuth(
            ServerName from, RoomId room, RoomVersion version, EventId eventId) {
        CallOutcome outcome = calls.call(Call.get(
                        from, V1 + "event_auth/" + Call.encoded(room) + "/" + Call.encoded(eventId))
                .about(room)
                .within(STATE_DEADLINE)
                .answeredInAtMost(STATE_MAX_BYTES));
        return read(
                outcome,
                answer -> verified(answer, "auth_chain", room, version, Integer.MAX_VALUE));
    }

    @Override
    public Verification verify(Pdu pdu) {
        return reading.verify(pdu);
    }

    private static Call stateCall(ServerName from, String path, RoomId room, EventId at) {
        return Call.get(from, V1 + path + Call.encoded(room) + "?event_id=" + Call.encoded(at))
                .about(room)
                .within(STATE_DEADLINE)
                .answeredInAtMost(STATE_MAX_BYTES);
    }

    private static <T> Fetch<T> read(
            CallOutcome outcome, Function<JsonObject, Optional<T>> reader) {
        return switch (outcome) {
            case CallOutcome.Answered(JsonObject body) ->
                reader.apply(body)
                        .<Fetch<T>>map(Fetch.Got::new)
                        .orElseGet(() -> new Fetch.Failed<>("the answer lacks what was asked for"));
            case CallOutcome.Declined declined -> new Fetch.Failed<>(declined.reason());
            case CallOutcome.Failed(String reason) -> new Fetch.Failed<>(reason);
        };
    }

    /// More events than were asked for are not looked at.
    private Optional<List<VerifiedPdu>> verified(
            JsonObject answer, String key, RoomId room, RoomVersion version, int max) {
        return events(answer, key)
                .map(events -> reading.verified(
                        events.subList(0, Math.min(events.size(), max)),
                        room,
                        version,
                        STATE_DEADLINE));
    }

    static Optional<List<JsonObject>> events(JsonObject answer, String key) {
        return answer.array(key)
                .map(array -> array.values().stream()
                        .flatMap(value -> value instanceof JsonObject object
                                ? java.util.stream.Stream.of(object)
                                : java.util.stream.Stream.empty())
                        .toList());
    }

    private static Optional<List<EventId>> ids(JsonObject answer, String key) {
        return answer.array(key).map(array -> ids(array.values()));
    }

    private static List<EventId> ids(Collection<?> values) {
        List<EventId> ids = new ArrayList<>(values.size());
        for (Object value : values) {
            if (value instanceof JsonString(String text)) {
                EventId.parse(text).ifPresent(ids::add);
            }
        }
        return ids;
    }
}
