package im.holm.federation.serving;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.InboundRooms;
import im.holm.engine.core.Membership;
import im.holm.federation.Peer;
import im.holm.platform.http.Method;
import im.holm.platform.http.Response;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

class InviteRoutesTest {
    private static final ServerName PEER = ServerName.of("peer.example.org");

    private final RoomSketch room = RoomSketch.open(RoomVersions.V12, "@alice:peer.example.org");
    private final Pdu invite =
            room.event(room.main().invite("@alice:peer.example.org", "@bob:us.example.org"));
    private final List<List<JsonObject>> states = new ArrayList<>();
    private final List<String> versions = new ArrayList<>();
    private final Routes routes = new Routes(
            new InviteRoutes(new Inbound(), user -> user.equals(UserId.of("@bob:us.example.org")))
                    .routes());

    @Test
    void anInviteIsTakenWithItsRoomState() {
        JsonObject body =
                body().with("invite_room_state", JsonArray.of(room.event(1).json()));

        assertThat(Routes.json(put(Peer.text(body))))
                .isEqualTo(JsonObject.of("event", invite.json()));
        assertThat(states).containsExactly(List.of(room.event(1).json()));
    }

    @Test
    void nobodyIsInvitedWhoHasNoAccountHere() {
        Pdu other =
                room.event(room.main().invite("@alice:peer.example.org", "@nobody:us.example.org"));
        JsonObject body = body().with("event", other.json());

        assertThat(Routes.error(put(room.roomId().text(), other.eventId().text(), Peer.text(body))))
                .isEqualTo("403 M_FORBIDDEN");
        assertThat(states).isEmpty();
    }

    @Test
    void anUnknownRoomVersionIsIncompatible() {
        assertThat(Routes.error(put(Peer.text(body().with("room_version", "org.example.9")))))
                .isEqualTo("400 M_INCOMPATIBLE_ROOM_VERSION");
    }

    @Test
    void aPathThatNamesAnotherEventOrRoomIsABadRequest() {
        String body = Peer.text(body());

        assertThat(Routes.error(
                        put(room.roomId().text(), room.event(1).eventId().text(), body)))
                .isEqualTo("400 M_INVALID_PARAM");
        assertThat(Routes.error(put("!other:peer.example.org", invite.eventId().text(), body)))
                .isEqualTo("400 M_INVALID_PARAM");
        assertThat(states).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "{}",
                "{'room_version':'12'}",
                "{'room_version':12,'event':{}}",
                "{'room_version':'12','event':[]}",
                "{'room_version':'12','event':{}}",
                "{'room_version':'12','event':{},'invite_room_state':7}",
                "{'room_version':'12','event':{},'invite_room_state':['x']}"
            })
    void aMalformedInviteIsABadRequest(String body) {
        assertThat(Routes.error(put(body.replace('\'', '"')))).startsWith("400 ");
        assertThat(states).isEmpty();
    }

    @Test
    void tooMuchRoomStateIsABadRequest() {
        JsonArray much = JsonArray.of(
                java.util.Collections.nCopies(InviteRoutes.STATE_MAX + 1, JsonObject.EMPTY));

        assertThat(Routes.error(put(Peer.text(body().with("invite_room_state", much)))))
                .startsWith("400 ");
    }

    /// The event is the body, and the answer is in an array, which held the status too.
    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void theFirstVersionOfTheEndpointTakesInvitesOfTheFirstRoomVersions(String version) {
        RoomSketch old = RoomSketch.open(
                RoomVersions.find(version).orElseThrow(), "@alice:peer.example.org");
        Pdu event = old.event(old.main().invite("@alice:peer.example.org", "@bob:us.example.org"));
        JsonArray state = JsonArray.of(old.event(1).json());

        Response response = putToFirst(
                old.roomId().text(),
                event.eventId().text(),
                event.json().with("unsigned", JsonObject.of("invite_room_state", state)));

        assertThat(Routes.json(response).toString())
                .isEqualTo("[200,{\"event\":" + event.json() + "}]");
        assertThat(versions).containsExactly(version);
        assertThat(states).containsExactly(List.of(old.event(1).json()));
    }

    @Test
    void theFirstVersionOfTheEndpointKnowsNoOtherRooms() {
        assertThat(Routes.error(
                        putToFirst(room.roomId().text(), invite.eventId().text(), invite.json())))
                .isEqualTo("400 M_INVALID_PARAM");
        assertThat(states).isEmpty();
    }

    private Response putToFirst(String roomId, String eventId, JsonObject event) {
        return routes.call(
                PEER,
                Method.PUT,
                "/_matrix/federation/v1/invite/{roomId}/{eventId}",
                Map.of("roomId", roomId, "eventId", eventId),
                "",
                Peer.text(event));
    }

    private JsonObject body() {
        return JsonObject.builder()
                .put("room_version", "12")
                .put("event", invite.json())
                .build();
    }

    private Response put(String body) {
        return put(room.roomId().text(), invite.eventId().text(), body);
    }

    private Response put(String roomId, String eventId, String body) {
        return routes.call(
                PEER,
                Method.PUT,
                "/_matrix/federation/v2/invite/{roomId}/{eventId}",
                Map.of("roomId", roomId, "eventId", eventId),
                "",
                body);
    }

    /// Takes every invite.
    private final class Inbound implements InboundRooms {
        @Override
        public Answer<VerifiedPdu> invite(
                ServerName origin,
                RoomId roomId,
                RoomVersion version,
                JsonObject event,
                List<JsonObject> strippedState) {
            states.add(strippedState);
            versions.add(version.id());
            return new Answer.Done<>(
                    new VerifiedPdu(PduParser.parse(version, event).wellFormed().orElseThrow()));
        }

        @Override
        public ReceiveOutcome receive(ServerName origin, JsonObject pdu) {
            throw new AssertionError("not asked for");
        }

        @Override
        public Answer<Template> make(
                ServerName origin,
                RoomId roomId,
                UserId user,
                Membership membership,
                List<String> supported) {
            throw new AssertionError("not asked for");
        }

        @Override
        public Answer<Accepted> accept(
                ServerName origin,
                RoomId roomId,
                EventId eventId,
                Membership membership,
                JsonObject pdu) {
            throw new AssertionError("not asked for");
        }
    }
}
