package im.holm.federation.serving;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.InboundRooms;
import im.holm.engine.core.Membership;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Response;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

class MembershipRoutesTest {
    private static final String V1 = "/_matrix/federation/v1/";
    private static final String V2 = "/_matrix/federation/v2/";
    private static final ServerName PEER = ServerName.of("peer.example.org");

    private final RoomSketch room = RoomSketch.open(RoomVersions.V12, "@bob:us.example.org");
    private final Inbound inbound = new Inbound();
    private final Map<EventId, ServerName> relayed = new HashMap<>();
    private final Routes routes = new Routes(new MembershipRoutes(inbound, relay()).routes());
    private final String eventId = room.event(2).eventId().text();

    @Test
    void aTemplateCarriesTheRoomVersion() {
        Response response = make("make_join", "@alice:peer.example.org", "?ver=11&ver=12");

        assertThat(Routes.json(response))
                .isEqualTo(Json.of("{'room_version':'12','event':{'type':'m.room.member'}}"));
        assertThat(inbound.asked).containsExactly("make JOIN @alice:peer.example.org [11, 12]");
    }

    @Test
    void aJoinWithoutVersionsMeansVersionOne() {
        make("make_join", "@alice:peer.example.org", "");

        assertThat(inbound.asked).containsExactly("make JOIN @alice:peer.example.org [1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"make_join", "make_leave", "make_knock"})
    void nobodyMakesAMembershipForAUserOfAnotherServer(String path) {
        assertThat(Routes.error(make(path, "@mallory:third.example.org", "?ver=12")))
                .isEqualTo("403 M_FORBIDDEN");
        assertThat(Routes.error(make(path, "@bob:us.example.org", "?ver=12")))
                .isEqualTo("403 M_FORBIDDEN");
        assertThat(Routes.error(make(path, "no user", "?ver=12"))).isEqualTo("400 M_INVALID_PARAM");
        assertThat(inbound.asked).isEmpty();
    }

    @Test
    void whatTheRoomRefusesIsRefused() {
        inbound.problem = Problem.of(ErrorCode.INCOMPATIBLE_ROOM_VERSION);

        assertThat(Routes.error(make("make_join", "@alice:peer.example.org", "?ver=1")))
                .isEqualTo("400 M_INCOMPATIBLE_ROOM_VERSION");
        assertThat(Routes.error(send(V2 + "send_join", "{}")))
                .isEqualTo("400 M_INCOMPATIBLE_ROOM_VERSION");
        assertThat(relayed).isEmpty();
    }

    @Test
    void aJoinIsAnsweredWithTheWholeStateWhateverWasPermittedToBeLeftOut() {
        JsonObject expected = JsonObject.builder()
                .put("auth_chain", JsonArray.of(room.event(1).json()))
                .put("event", room.event(2).json())
                .put("members_omitted", false)
                .put("servers_in_room", JsonArray.ofStrings(List.of("us.example.org")))
                .put("state", JsonArray.of(room.event(1).json()))
                .build();

        assertThat(Routes.json(send(V2 + "send_join", "{\"x\":1}"))).isEqualTo(expected);
        assertThat(inbound.asked).containsExactly("accept JOIN {\"x\":1}");
        assertThat(relayed).containsEntry(EventId.of(eventId), PEER);
    }

    @Test
    void theFirstVersionsAnswerInAnArray() {
        JsonObject expected = JsonObject.builder()
                .put("auth_chain", JsonArray.of(room.event(1).json()))
                .put("event", room.event(2).json())
                .put("state", JsonArray.of(room.event(1).json()))
                .build();

        assertThat(Routes.json(send(V1 + "send_join", "{}")))
                .isEqualTo(JsonArray.of(new JsonInteger(200), expected));
        assertThat(Routes.json(send(V1 + "send_leave", "{}")))
                .isEqualTo(JsonArray.of(new JsonInteger(200), JsonObject.EMPTY));
    }

    @Test
    void leavesAndKnocksAreAccepted() {
        assertThat(Routes.json(send(V2 + "send_leave", "{}"))).isEqualTo(JsonObject.EMPTY);
        assertThat(Routes.json(send(V1 + "send_knock", "{}")))
                .isEqualTo(JsonObject.of(
                        "knock_room_state", JsonArray.of(room.event(1).json())));
        assertThat(inbound.asked).containsExactly("accept LEAVE {}", "accept KNOCK {}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "7"})
    void aBodyThatIsNoObjectIsABadRequest(String body) {
        assertThat(Routes.error(send(V2 + "send_join", body))).startsWith("400 ");
        assertThat(inbound.asked).isEmpty();
        assertThat(relayed).isEmpty();
    }

    private Response make(String path, String user, String query) {
        return routes.call(
                PEER,
                Method.GET,
                V1 + path + "/{roomId}/{userId}",
                Map.of("roomId", room.roomId().text(), "userId", user),
                query,
                "");
    }

    private Response send(String path, String body) {
        return routes.call(
                PEER,
                Method.PUT,
                path + "/{roomId}/{eventId}",
                Map.of("roomId", room.roomId().text(), "eventId", eventId),
                "?omit_members=true",
                body);
    }

    private Relay relay() {
        return new Relay() {
            @Override
            public void expect(EventId event, ServerName origin) {
                relayed.put(event, origin);
            }

            @Override
            public void withdraw(EventId event, ServerName origin) {
                relayed.remove(event, origin);
            }
        };
    }

    /// Says yes, unless it has a problem.
    private final class Inbound implements InboundRooms {
        final List<String> asked = new ArrayList<>();
        Problem problem;

        @Override
        public Answer<Template> make(
                ServerName origin,
                RoomId roomId,
                UserId user,
                Membership membership,
                List<String> supported) {
            asked.add("make " + membership + " " + user + " " + supported);
            return problem == null
                    ? new Answer.Done<>(
                            new Template(room.version(), Json.of("{'type':'m.room.member'}")))
                    : new Answer.Failed<>(problem);
        }

        @Override
        public Answer<Accepted> accept(
                ServerName origin,
                RoomId roomId,
                EventId event,
                Membership membership,
                JsonObject pdu) {
            asked.add("accept " + membership + " " + pdu);
            List<VerifiedPdu> create = List.of(new VerifiedPdu(room.event(1)));
            return problem == null
                    ? new Answer.Done<>(new Accepted(
                            room.version(),
                            new VerifiedPdu(room.event(2)),
                            create,
                            create,
                            List.of(ServerName.of("us.example.org"))))
                    : new Answer.Failed<>(problem);
        }

        @Override
        public ReceiveOutcome receive(ServerName origin, JsonObject pdu) {
            throw new AssertionError("not asked for");
        }

        @Override
        public Answer<VerifiedPdu> invite(
                ServerName origin,
                RoomId roomId,
                RoomVersion version,
                JsonObject invite,
                List<JsonObject> strippedState) {
            throw new AssertionError("not asked for");
        }
    }
}
