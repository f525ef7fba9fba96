package im.holm.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.core.RoomInput.LocalEvent;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.Ed25519Signer;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

class RoomStepTest {

    private static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");

    private final Ed25519Signer signer = Ed25519Signer.fromSeed(
            ServerName.of("one.example"), KeyId.of("ed25519:1"), new byte[32]);
    private final UserId alice = new UserId("alice", signer.server());
    private final RoomStep core = new RoomStep(signer);
    private final VerifiedPdu create = ((SignedEvent.Signed) CreateEvent.sign(
                    RoomVersions.V12, Optional.empty(), alice, JsonObject.EMPTY, signer, NOW))
            .event();
    private final RoomState fresh = RoomState.fresh(
            new RoomIdentity(1, create.pdu().roomId(), RoomVersions.V12, RoomKind.PLAIN),
            RoomStatus.JOINED,
            0,
            5);
    private final RoomInput first = new RoomInput.Create(
            create,
            List.of(new LocalEvent(
                    "m.room.member",
                    Optional.of(alice.toString()),
                    JsonObject.EMPTY.with("membership", "join"))));

    private RoomInput message(String body) {
        return new RoomInput.Command(
                alice,
                List.of(new LocalEvent(
                        "m.room.message", Optional.empty(), JsonObject.EMPTY.with("body", body))));
    }

    @Test
    void aStepIsAFunctionOfItsArguments() {
        StepResult once = core.step(fresh, first, NOW);
        StepResult again = core.step(fresh, first, NOW);
        assertThat(again.append().orElseThrow())
                .usingRecursiveComparison()
                .isEqualTo(once.append().orElseThrow());
        assertThat(fresh.head().version()).isZero();
        assertThat(fresh.current().isEmpty()).isTrue();
    }

    @Test
    void anAppendStandsOnTheHeadThatTheOneBeforeLeft() {
        StepResult one = core.step(fresh, first, NOW);
        StepResult two = core.step(one.next(), message("two"), NOW);
        StepResult three = core.step(two.next(), message("three"), NOW);
        RoomAppend before = two.append().orElseThrow();
        RoomAppend after = three.append().orElseThrow();
        assertThat(after.base()).isEqualTo(before.head().version());
        assertThat(after.head().commits()).isEqualTo(3);
        assertThat(after.events().getFirst().prev())
                .containsExactly(before.events().getFirst().ev());
        // What was decided on a state that was dropped does not change that state.
        StepResult other = core.step(one.next(), message("other"), NOW);
        assertThat(other.append().orElseThrow().events().getFirst().ev())
                .isEqualTo(before.events().getFirst().ev());
    }

    @Test
    void anotherRunOfDecisionsLeavesAnotherVersion() {
        StepResult mine = core.step(fresh, first, NOW);
        RoomState theirs = RoomState.fresh(fresh.identity(), RoomStatus.JOINED, 0, 6);
        StepResult other = core.step(theirs, first, NOW);
        assertThat(mine.next().head().version())
                .isNotEqualTo(other.next().head().version());
        assertThat(mine.next().head().commits()).isEqualTo(other.next().head().commits());
    }

    @Test
    void whatIsLackingIsAskedForAndTheStateStaysAsItWas() {
        RoomState room = core.step(fresh, first, NOW).next();
        var reply = new RoomInput.Command(
                alice,
                List.of(new LocalEvent(
                        "m.room.message",
                        Optional.empty(),
                        JsonObject.of(
                                "m.relates_to",
                                JsonObject.EMPTY
                                        .with("rel_type", "m.thread")
                                        .with("event_id", "$" + "r".repeat(42) + "A")))));
        StepResult lacking = core.step(room, reply, NOW);
        assertThat(lacking.append()).isEmpty();
        assertThat(lacking.next()).isSameAs(room);
        var lookup = (RoomEffect.Lookup) lacking.effects().getFirst();
        assertThat(lookup.ids()).hasSize(1);
        var found = new RoomInput.Found(List.of(), lookup.ids(), List.of(), List.of());
        StepResult sent = core.step(core.step(room, found, NOW).next(), reply, NOW);
        assertThat(sent.append()).isPresent();
        assertThat(sent.append().orElseThrow().events().getFirst().relation()).isEmpty();
    }
}
