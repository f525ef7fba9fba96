package im.holm.engine.core;

import im.holm.engine.core.RoomInput.LocalEvent;
import im.holm.protocol.auth.AuthSelection;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.Ed25519Signer;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.state.StateMap;
import im.holm.protocol.version.RoomVersions;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A room of alice's server in the core alone; what its steps look up is not there. The events of
/// others are signed by alice's server too: who signed is the shell's affair.
final class CoreRoom {

    static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");

    final Ed25519Signer signer = Ed25519Signer.fromSeed(
            ServerName.of("one.example"), KeyId.of("ed25519:1"), new byte[32]);
    final UserId alice = new UserId("alice", signer.server());
    final UserId mallory = new UserId("mallory", signer.server());
    private final RoomStep core = new RoomStep(signer);
    private RoomState state;

    /// Made and joined by alice.
    CoreRoom() {
        var create = ((SignedEvent.Signed) CreateEvent.sign(
                        RoomVersions.V12, Optional.empty(), alice, JsonObject.EMPTY, signer, NOW))
                .event();
        var identity = new RoomIdentity(1, create.pdu().roomId(), RoomVersions.V12, RoomKind.PLAIN);
        var join = new LocalEvent(
                "m.room.member",
                Optional.of(alice.toString()),
                JsonObject.EMPTY.with("membership", "join"));
        state = RoomState.fresh(identity, RoomStatus.JOINED, 0, 5);
        step(new RoomInput.Create(create, List.of(join)));
    }

    RoomState state() {
        return state;
    }

    /// Steps until nothing is looked up any more.
    StepResult step(RoomInput input) {
        StepResult result = core.step(state, input, NOW);
        while (!result.effects().isEmpty()
                && result.effects().getFirst() instanceof RoomEffect.Lookup lookup) {
            var nothing = new RoomInput.Found(
                    List.of(),
                    lookup.ids(),
                    List.of(),
                    lookup.digests().stream()
                            .map(digest -> new RoomInput.DigestFound(digest, 0))
                            .toList());
            state = core.step(state, nothing, NOW).next();
            result = core.step(state, input, NOW);
        }
        state = result.next();
        return result;
    }

    StepResult receive(VerifiedPdu event) {
        return step(new RoomInput.Pdu(event));
    }

    /// Receives an event whose ancestors are missing; another server tells of its state.
    StepResult enter(VerifiedPdu event, List<VerifiedPdu> told) {
        return step(new RoomInput.WithState(event, told, List.of(), false));
    }

    VerifiedPdu message(UserId sender, EventId... prev) {
        return event(sender, "m.room.message", Optional.empty(), JsonObject.EMPTY, prev);
    }

    VerifiedPdu topic(String topic, EventId... prev) {
        return event(
                alice,
                "m.room.topic",
                Optional.of(""),
                JsonObject.EMPTY.with("topic", topic),
                prev);
    }

    private VerifiedPdu event(
            UserId sender, String type, Optional<String> key, JsonObject content, EventId... prev) {
        List<EventId> auth = new ArrayList<>();
        AuthSelection.typesFor(RoomVersions.V12, type, sender, key, content).forEach(place -> {
            int ev = state.current().find(place);
            if (ev != StateMap.ABSENT && !place.equals(StateKey.CREATE)) {
                auth.add(id(ev));
            }
        });
        return sign(sender, type, key, content, auth, prev);
    }

    private VerifiedPdu sign(
            UserId sender,
            String type,
            Optional<String> key,
            JsonObject content,
            List<EventId> auth,
            EventId... prev) {
        var draft = new EventDraft(
                Optional.of(state.identity().roomId()),
                sender,
                type,
                key,
                content,
                Arrays.asList(prev),
                auth,
                10,
                NOW.toEpochMilli());
        return ((SignedEvent.Signed) EventSigning.sign(RoomVersions.V12, draft, signer)).event();
    }

    /// Joins a public room.
    VerifiedPdu join(UserId user, EventId... prev) {
        return event(
                user,
                "m.room.member",
                Optional.of(user.toString()),
                JsonObject.EMPTY.with("membership", "join"),
                prev);
    }

    /// A message of one whose join the room does not know.
    VerifiedPdu messageAfter(VerifiedPdu join, EventId... prev) {
        return sign(
                join.pdu().sender(),
                "m.room.message",
                Optional.empty(),
                JsonObject.EMPTY,
                List.of(join.eventId()),
                prev);
    }

    /// Anybody may join from now on.
    void open() {
        var rules = new LocalEvent(
                "m.room.join_rules", Optional.of(""), JsonObject.EMPTY.with("join_rule", "public"));
        step(new RoomInput.Command(alice, List.of(rules)));
    }

    /// The events of the current state.
    List<VerifiedPdu> current() {
        List<VerifiedPdu> events = new ArrayList<>();
        state.current()
                .forEach((key, ev) ->
                        events.add(new VerifiedPdu(state.event(ev).orElseThrow().pdu())));
        return events;
    }

    /// The one end of the room as it is.
    EventId end() {
        return ends().getFirst();
    }

    List<EventId> ends() {
        return Arrays.stream(state.head().extremities()).mapToObj(this::id).toList();
    }

    EventRow row(VerifiedPdu event) {
        return state.event(event.eventId()).orElseThrow().row();
    }

    private EventId id(int ev) {
        return state.event(ev).orElseThrow().row().eventId();
    }
}
