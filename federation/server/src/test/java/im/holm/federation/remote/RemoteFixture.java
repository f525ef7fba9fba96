package im.holm.federation.remote;

import im.holm.federation.FederationClient;
import im.holm.federation.FederationOptions;
import im.holm.federation.Internet;
import im.holm.federation.Peer;
import im.holm.platform.time.SettableTime;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.sketch.SketchBranch;
import im.holm.protocol.version.RoomVersion;
import im.holm.testnode.TestDatabase;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// We, one resident server with a room, and the internet between.
final class RemoteFixture {
    static final UserId ALICE = UserId.of("@alice:us.example.org:1");

    final SettableTime time = new SettableTime(Instant.parse("2026-11-25T03:00:00Z"));
    final Internet internet = new Internet();
    final Peer us = new Peer("us.example.org:1");
    final Peer resident = peer("resident.example.org:1");
    final FederationClient client;

    /// @param database one for all tests of a class: what is in it are keys
    RemoteFixture(TestDatabase database) {
        this.client = new FederationClient(
                us.signer(), internet, internet, database.database(), time, FederationOptions.NONE);
    }

    Peer peer(String name) {
        return new Peer(name).on(internet, time.millis() + Duration.ofDays(1).toMillis());
    }

    /// A public room of the resident server's Bob.
    RoomSketch room(RoomVersion version) {
        String bob = "@bob:resident.example.org:1";
        RoomSketch room = RoomSketch.open(version, bob);
        SketchBranch main = room.main();
        main.joinRule(bob, "public");
        main.message(bob, "hello");
        return room;
    }

    static List<Pdu> state(RoomSketch room) {
        List<Pdu> events = new ArrayList<>();
        for (int ev = 1; ev <= room.size(); ev++) {
            if (room.event(ev).isState()) {
                events.add(room.event(ev));
            }
        }
        return events;
    }

    static JsonArray json(List<Pdu> events) {
        return JsonArray.of(events.stream().map(Pdu::json).toList());
    }

    static JsonArray ids(List<EventId> ids) {
        return JsonArray.ofStrings(ids);
    }

    /// What `make_join` and its kind answer.
    static JsonObject template(RoomSketch room, UserId user, String membership) {
        return JsonObject.builder()
                .put("room_version", room.version().id())
                .put(
                        "event",
                        EventSigning.draftJson(
                                room.version(),
                                room.draft(
                                        user,
                                        EventTypes.MEMBER,
                                        Optional.of(user.toString()),
                                        JsonObject.EMPTY.with("membership", membership),
                                        room.main().heads())))
                .build();
    }

    static JsonObject joinAnswer(RoomSketch room) {
        return JsonObject.builder()
                .put("state", json(state(room)))
                .put("auth_chain", json(state(room)))
                .put("members_omitted", false)
                .build();
    }
}
