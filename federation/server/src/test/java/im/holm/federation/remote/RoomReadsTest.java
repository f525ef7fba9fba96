package im.holm.federation.remote;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.port.RemoteRooms.Fetch;
import im.holm.engine.port.RemoteRooms.State;
import im.holm.engine.port.RemoteRooms.StateIds;
import im.holm.engine.port.RemoteRooms.Verification;
import im.holm.federation.Internet;
import im.holm.federation.Peer;
import im.holm.platform.egress.EgressOutcome;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomAlias;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.version.RoomVersions;
import im.holm.testnode.TestDatabase;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.Set;

class RoomReadsTest {
    private static final String V1 = "/_matrix/federation/v1/";

    private static TestDatabase database;

    private final RemoteFixture net = new RemoteFixture(database);
    private final RoomSketch room = net.room(RoomVersions.V12);
    private final ServerName from = net.resident.name();
    private final EventId last = room.event(room.size()).eventId();

    @BeforeAll
    static void open() {
        database = TestDatabase.with("federation");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void anEventIsReadAndItsAbsenceIsAnAnswer() {
        net.resident.answer(V1 + "event/", pdus(room.event(4).json()));
        assertThat(got(net.client.event(from, room.roomId(), room.version(), last)))
                .contains(new VerifiedPdu(room.event(4)));

        net.resident.decline(V1 + "event/", 404, "M_NOT_FOUND");
        assertThat(got(net.client.event(from, room.roomId(), room.version(), last)))
                .isEmpty();

        net.resident.decline(V1 + "event/", 500, "M_UNKNOWN");
        assertThat(net.client.event(from, room.roomId(), room.version(), last))
                .isInstanceOf(Fetch.Failed.class);
    }

    @Test
    void anotherEventThanTheOneAskedForIsNotTaken() {
        net.resident.answer(V1 + "event/", pdus(room.event(3).json()));

        assertThat(got(net.client.event(from, room.roomId(), room.version(), last)))
                .isEmpty();
    }

    @Test
    void missingEventsAreThoseOfTheRoomWithGoodSignaturesAndNoMoreThanAskedFor() {
        RoomSketch other = RoomSketch.open(RoomVersions.V12, "@eve:resident.example.org:1");
        Pdu good = room.event(4);
        JsonObject unsigned = room.event(3).json().with("signatures", JsonObject.EMPTY);
        net.resident.answer(
                V1 + "get_missing_events",
                JsonObject.of(
                        "events",
                        JsonArray.of(
                                other.event(2).json(),
                                unsigned,
                                Json.of("{'type':'nonsense'}"),
                                good.json(),
                                good.json(),
                                room.event(2).json())));

        List<VerifiedPdu> events = got(net.client.missingEvents(
                from, room.roomId(), room.version(), Set.of(), Set.of(last), 5));

        assertThat(events).containsExactly(new VerifiedPdu(good));
        JsonObject body =
                Peer.body(net.internet.requests(V1 + "get_missing_events").getFirst());
        assertThat(body)
                .isEqualTo(Json.of("{'earliest_events':[],'latest_events':['" + last
                        + "'],'limit':5,'min_depth':0}"));
    }

    @Test
    void aTamperedEventIsTakenInItsRedactedForm() {
        JsonObject tampered = room.event(4).json().with("content", Json.of("{'body':'forged'}"));
        net.resident.answer(V1 + "backfill", pdus(tampered));

        List<VerifiedPdu> events =
                got(net.client.backfill(from, room.roomId(), room.version(), Set.of(last), 10));

        assertThat(events).extracting(VerifiedPdu::eventId).containsExactly(last);
        assertThat(events.getFirst().pdu().content().isEmpty()).isTrue();
    }

    @Test
    void backfillAsksFromAllEventsWithTheLimit() {
        EventId first = room.event(1).eventId();
        net.resident.answer(V1 + "backfill", pdus());
        got(net.client.backfill(from, room.roomId(), room.version(), Set.of(last, first), 1000));

        String path = net.internet.requests(V1 + "backfill").getFirst().path();
        assertThat(path).contains("v=%24" + last.text().substring(1)).endsWith("limit=100");
        assertThat(path.split("v=")).hasSize(3);
    }

    @Test
    void aStateIsReadWholeAndAsIds() {
        net.resident.answer(
                V1 + "state/",
                JsonObject.builder()
                        .put("pdus", RemoteFixture.json(RemoteFixture.state(room)))
                        .put("auth_chain", RemoteFixture.json(List.of(room.event(1))))
                        .build());
        net.resident.answer(
                V1 + "state_ids/",
                Json.of("{'pdu_ids':['" + last + "','nonsense',7],'auth_chain_ids':[]}"));

        State state = got(net.client.state(from, room.roomId(), room.version(), last));
        StateIds ids = got(net.client.stateIds(from, room.roomId(), last));

        assertThat(state.state()).hasSize(3);
        assertThat(state.authChain()).hasSize(1);
        assertThat(ids).isEqualTo(new StateIds(List.of(last), List.of()));
    }

    @Test
    void anAnswerWithoutItsKeysOrTooLargeIsAFailure() {
        net.resident.answer(V1, JsonObject.EMPTY);
        assertThat(net.client.stateIds(from, room.roomId(), last)).isInstanceOf(Fetch.Failed.class);
        assertThat(net.client.eventAuth(from, room.roomId(), room.version(), last))
                .isInstanceOf(Fetch.Failed.class);

        net.resident.answer(V1, _ -> new EgressOutcome.TooLarge(1));
        assertThat(net.client.state(from, room.roomId(), room.version(), last))
                .isInstanceOf(Fetch.Failed.class);
        net.resident.answer(V1, _ -> Internet.json("not json"));
        assertThat(net.client.state(from, room.roomId(), room.version(), last))
                .isInstanceOf(Fetch.Failed.class);
    }

    @Test
    void aServerThatIsDownFailsAtOnceAfterTheFirstAttempts() {
        ServerName away = ServerName.of("away.example.org:1");
        for (int i = 0; i < 10; i++) {
            assertThat(net.client.stateIds(away, room.roomId(), last))
                    .isInstanceOf(Fetch.Failed.class);
        }

        assertThat(net.internet.requests(V1 + "state_ids")).hasSize(1);
    }

    @Test
    void signaturesAreVerifiedWithFetchedKeysOrSaidToBeUnavailable() {
        assertThat(net.client.verify(room.event(2))).isInstanceOf(Verification.Good.class);
        Pdu ofNobody =
                RoomSketch.open(RoomVersions.V12, "@x:nobody.example.org:1").event(1);
        assertThat(net.client.verify(ofNobody)).isInstanceOf(Verification.KeyUnavailable.class);
    }

    @Test
    void profilesAndAliasesAreReadWithinBounds() {
        net.resident.answer(
                V1 + "query/profile",
                Json.of("{'displayname':'Bob','avatar_url':'https://not.mxc/'}"));
        net.resident.answer(
                V1 + "query/directory",
                Json.of("{'room_id':'!r:resident.example.org','servers':['a.b','not a name']}"));

        var profile =
                net.client.profile(UserId.of("@bob:resident.example.org:1")).orElseThrow();
        var resolved =
                net.client.resolve(RoomAlias.of("#a:resident.example.org:1")).orElseThrow();

        assertThat(profile.displayName()).isEqualTo(Optional.of("Bob"));
        assertThat(profile.avatarUrl()).isEmpty();
        assertThat(resolved.room()).isEqualTo(RoomId.of("!r:resident.example.org"));
        assertThat(resolved.servers()).containsExactly(ServerName.of("a.b"));
        net.resident.decline(V1 + "query", 404, "M_NOT_FOUND");
        assertThat(net.client.profile(UserId.of("@bob:resident.example.org:1"))).isEmpty();
    }

    private static JsonObject pdus(JsonObject... events) {
        return JsonObject.builder()
                .put("origin", "resident.example.org:1")
                .put("origin_server_ts", 1)
                .put("pdus", JsonArray.of(events))
                .build();
    }

    private static <T> T got(Fetch<T> fetch) {
        assertThat(fetch).isInstanceOf(Fetch.Got.class);
        return ((Fetch.Got<T>) fetch).value();
    }
}
