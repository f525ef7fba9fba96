package im.holm.federation.serving;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.RoomArchive;
import im.holm.journal.Vector;
import im.holm.platform.http.Method;
import im.holm.platform.http.Response;
import im.holm.platform.time.SettableTime;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

class RoomRoutesTest {
    private static final String V1 = "/_matrix/federation/v1/";
    private static final ServerName MEMBER = ServerName.of("member.example.org");
    private static final ServerName STRANGER = ServerName.of("stranger.example.org");

    private final RoomSketch room = RoomSketch.open(RoomVersions.V12, "@bob:us.example.org");
    private final EventId last = room.event(2).eventId();
    private final Archive archive = new Archive();
    private final Routes routes = new Routes(new RoomRoutes(
                    ServerName.of("us.example.org"),
                    archive,
                    new SettableTime(Instant.ofEpochMilli(17)))
            .routes());

    @Test
    void anEventComesInATransaction() {
        Response response = get(MEMBER, "event/{eventId}", Map.of("eventId", last.text()), "");

        assertThat(Routes.json(response))
                .isEqualTo(JsonObject.builder()
                        .put("origin", "us.example.org")
                        .put("origin_server_ts", 17)
                        .put("pdus", JsonArray.of(room.event(2).json()))
                        .build());
    }

    @Test
    void aStateComesAsEventsAndAsIds() {
        Map<String, String> path = Map.of("roomId", room.roomId().text());
        String query = "?event_id=" + last.text();

        assertThat(Routes.json(get(MEMBER, "state/{roomId}", path, query)))
                .isEqualTo(JsonObject.builder()
                        .put("pdus", JsonArray.of(room.event(1).json()))
                        .put("auth_chain", JsonArray.EMPTY)
                        .build());
        assertThat(Routes.json(get(MEMBER, "state_ids/{roomId}", path, query)))
                .isEqualTo(JsonObject.builder()
                        .put(
                                "pdu_ids",
                                JsonArray.ofStrings(List.of(room.event(1).eventId())))
                        .put("auth_chain_ids", JsonArray.EMPTY)
                        .build());
    }

    @ParameterizedTest
    @CsvSource({
        "state/{roomId}, ?event_id=EVENT",
        "state_ids/{roomId}, ?event_id=EVENT",
        "event_auth/{roomId}/{eventId}, ''",
        "backfill/{roomId}, ?v=EVENT&limit=5"
    })
    void aServerThatIsNotInTheRoomIsForbiddenWhetherOrNotTheRoomExists(String path, String query) {
        String asked = query.replace("EVENT", last.text());
        Map<String, String> ours = Map.of("roomId", room.roomId().text(), "eventId", last.text());
        Map<String, String> nowhere = Map.of("roomId", "!nowhere:x", "eventId", last.text());

        assertThat(Routes.error(get(STRANGER, path, ours, asked))).isEqualTo("403 M_FORBIDDEN");
        assertThat(Routes.error(get(STRANGER, path, nowhere, asked))).isEqualTo("403 M_FORBIDDEN");
        assertThat(Routes.error(get(MEMBER, path, nowhere, asked))).isEqualTo("403 M_FORBIDDEN");
    }

    @ParameterizedTest
    @CsvSource({
        "state/{roomId}, ?event_id=$other",
        "state_ids/{roomId}, ?event_id=$other",
        "event_auth/{roomId}/{eventId}, ''",
        "event/{eventId}, ''",
        "backfill/{roomId}, ?v=$other&limit=5"
    })
    void anEventThatIsNotInTheRoomIsNotFound(String path, String query) {
        Map<String, String> there = Map.of("roomId", room.roomId().text(), "eventId", "$other");

        assertThat(Routes.error(get(MEMBER, path, there, query))).isEqualTo("404 M_NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource({
        "state/{roomId}, ''",
        "state/{roomId}, ?event_id=nonsense",
        "backfill/{roomId}, ''",
        "backfill/{roomId}, ?v=$a",
        "backfill/{roomId}, ?limit=3",
        "backfill/{roomId}, ?v=$a&limit=minus",
        "backfill/{roomId}, ?v=nonsense&limit=3"
    })
    void aMalformedQueryIsABadRequest(String path, String query) {
        Map<String, String> there = Map.of("roomId", room.roomId().text());

        assertThat(Routes.error(get(MEMBER, path, there, query))).startsWith("400 ");
    }

    @Test
    void aMalformedIdInThePathIsABadRequest() {
        assertThat(Routes.error(get(MEMBER, "event/{eventId}", Map.of("eventId", "x"), "")))
                .startsWith("400 ");
        assertThat(Routes.error(
                        get(MEMBER, "state/{roomId}", Map.of("roomId", "x"), "?event_id=" + last)))
                .startsWith("400 ");
    }

    @Test
    void limitsOfOthersAreCutToOurs() {
        Map<String, String> path = Map.of("roomId", room.roomId().text());
        get(MEMBER, "backfill/{roomId}", path, "?limit=100000&v=" + last.text());
        missing("{\"earliest_events\":[],\"latest_events\":[\"" + last + "\"],\"limit\":99999}");
        missing("{\"earliest_events\":[],\"latest_events\":[\"" + last + "\"]}");

        assertThat(archive.limits).containsExactly(100, 100, 10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "{}",
                "{\"latest_events\":[]}",
                "{\"earliest_events\":[],\"latest_events\":[7]}",
                "{\"earliest_events\":[],\"latest_events\":[\"x\"]}",
                "{\"earliest_events\":[],\"latest_events\":[],\"limit\":-1}",
                "{\"earliest_events\":[],\"latest_events\":[],\"limit\":\"many\"}"
            })
    void aMalformedQuestionForMissingEventsIsABadRequest(String body) {
        assertThat(Routes.error(missing(body))).startsWith("400 ");
    }

    @Test
    void tooManyIdsAreABadRequest() {
        String ids = "\"$a\",".repeat(501);
        String body = "{\"earliest_events\":[" + ids.substring(0, ids.length() - 1)
                + "],\"latest_events\":[]}";

        assertThat(Routes.error(missing(body))).startsWith("400 ");
    }

    private Response missing(String body) {
        return routes.call(
                MEMBER,
                Method.POST,
                V1 + "get_missing_events/{roomId}",
                Map.of("roomId", room.roomId().text()),
                "",
                body);
    }

    private Response get(
            ServerName origin, String path, Map<String, String> parameters, String query) {
        return routes.call(origin, Method.GET, V1 + path, parameters, query, "");
    }

    /// Two events of one room, for one server.
    private final class Archive implements RoomArchive {
        final List<Integer> limits = new ArrayList<>();

        private Optional<Pdu> find(ServerName reader, EventId eventId) {
            return reader.equals(MEMBER) && eventId.equals(last)
                    ? Optional.of(room.event(2))
                    : Optional.empty();
        }

        @Override
        public boolean admits(ServerName server, RoomId asked) {
            return server.equals(MEMBER) && asked.equals(room.roomId());
        }

        @Override
        public Optional<VerifiedPdu> event(ServerName reader, EventId eventId) {
            return find(reader, eventId).map(VerifiedPdu::new);
        }

        @Override
        public Optional<StateAt> stateAt(ServerName reader, RoomId asked, EventId eventId) {
            return find(reader, eventId)
                    .map(_ -> new StateAt(List.of(new VerifiedPdu(room.event(1))), List.of()));
        }

        @Override
        public Optional<List<VerifiedPdu>> authChain(
                ServerName reader, RoomId asked, EventId eventId) {
            return find(reader, eventId).map(_ -> List.of(new VerifiedPdu(room.event(1))));
        }

        @Override
        public Optional<List<VerifiedPdu>> missingEvents(
                ServerName reader,
                RoomId asked,
                Set<EventId> earliest,
                Set<EventId> latest,
                int limit,
                long minDepth) {
            limits.add(limit);
            return Optional.of(List.of());
        }

        @Override
        public Optional<List<VerifiedPdu>> backfill(
                ServerName reader, RoomId asked, Set<EventId> from, int limit) {
            limits.add(limit);
            return find(reader, from.iterator().next())
                    .map(event -> List.of(new VerifiedPdu(event)));
        }

        @Override
        public List<Newest> newestOurs(ServerName server, Vector since) {
            throw new AssertionError("not asked for");
        }

        @Override
        public Set<ServerName> destinations(long roomNid, int ev) {
            throw new AssertionError("not asked for");
        }

        @Override
        public Optional<VerifiedPdu> event(long roomNid, int ev) {
            throw new AssertionError("not asked for");
        }
    }
}
