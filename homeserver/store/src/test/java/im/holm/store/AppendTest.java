package im.holm.store;

import static im.holm.store.AppendSketch.ALICE;
import static im.holm.store.AppendSketch.eventId;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.core.EventFlags;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.GapReason;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomAppend.EventUpdate;
import im.holm.engine.core.RoomAppend.GapChange;
import im.holm.engine.core.RoomAppend.MissingChange;
import im.holm.engine.core.RoomAppend.PendingRedaction;
import im.holm.engine.core.RoomAppend.ServerCount;
import im.holm.engine.core.RoomAppend.StateChange;
import im.holm.engine.core.RoomAppend.StrippedState;
import im.holm.engine.core.RoomFact;
import im.holm.engine.core.RoomStatus;
import im.holm.engine.core.SnapshotRow;
import im.holm.engine.port.AppendRefusal;
import im.holm.engine.port.RoomStore.StoredGap;
import im.holm.journal.CommitOutcome;
import im.holm.journal.CommitOutcome.Committed;
import im.holm.journal.CommitOutcome.Refused;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.store.AppendSketch.EventSketch;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an append writes, and when it is refused.
class AppendTest {
    private static final UserId BOB = UserId.of("@bob:here.example");
    private static final UserId CAROL = UserId.of("@carol:far.example");

    @TempDir
    static Path dataDir;

    private static RoomFixture fixture;

    private long nid;

    @BeforeAll
    static void open() {
        fixture = new RoomFixture(dataDir);
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @BeforeEach
    void newRoom() {
        nid = fixture.rooms.newRoomNid();
    }

    @Test
    void aNewRoomIsReadBackAsItWasWritten() {
        var sketch = AppendSketch.newRoom(nid);
        var event = new EventSketch("m.room.message", "{\"content\":{}}").txn(9, "t1");
        event.prev = new int[] {1};
        event.auth = new int[] {1, 2};
        event.relation = Optional.of(new EventRow.Relation((short) 3, 1));
        event.flags = EventFlags.COUNTABLE;
        sketch.state("m.room.create", "", "{}").live(event);
        sketch.extremities = new int[] {1, 2};

        long[] positions = fixture.committed(sketch);

        var room = fixture.rooms.room(sketch.room.roomId()).orElseThrow();
        assertThat(room.identity()).isEqualTo(sketch.room);
        assertThat(room.status()).isEqualTo(RoomStatus.JOINED);
        assertThat(room.head())
                .usingRecursiveComparison()
                .ignoringFields("lastPos")
                .isEqualTo(sketch.append().head());
        assertThat(room.head().lastPos()).isEqualTo(positions[1]);
        assertThat(fixture.rooms.room(nid))
                .hasValueSatisfying(
                        same -> assertThat(same).usingRecursiveComparison().isEqualTo(room));
        var stored = fixture.rooms.events(nid, new int[] {2, 1});
        assertThat(stored.getFirst())
                .usingRecursiveComparison()
                .ignoringFields("pos", "fact")
                .isEqualTo(sketch.events.get(1));
        assertThat(stored).extracting(EventRow::pos).containsExactly(positions[1], positions[0]);
        assertThat(fixture.rooms.byTransaction(nid, 9, event.txn.orElseThrow().key()))
                .contains(sketch.events.get(1).eventId());
        assertThat(fixture.rooms.locate(sketch.events.get(1).eventId()))
                .hasValueSatisfying(at -> assertThat(at.ev()).isEqualTo(2));
    }

    @Test
    void anAppendDecidedOnAnOldHeadIsRefused() {
        var first = AppendSketch.newRoom(nid).state("m.room.create", "", "{}");
        fixture.committed(first);
        var second = first.next().message("one");
        fixture.committed(second);

        var stale = first.next().message("other");

        assertThat(fixture.commit(stale)).isEqualTo(refused(new AppendRefusal.HeadMoved()));
        assertThat(fixture.rooms.events(nid, new int[] {1, 2, 3})).hasSize(2);
        assertThat(fixture.commit(second.next().message("two"))).isInstanceOf(Committed.class);
    }

    @Test
    void aRoomIsMadeOnce() {
        fixture.committed(AppendSketch.newRoom(nid).state("m.room.create", "", "{}"));

        var again = AppendSketch.newRoom(nid).state("m.room.create", "", "{}");

        assertThat(fixture.commit(again)).isEqualTo(refused(new AppendRefusal.HeadMoved()));
    }

    @Test
    void aChainOfAppendsInOneBatchIsOneMoveOfTheHead() {
        var first = AppendSketch.newRoom(nid).state("m.room.create", "", "{}");
        var second = first.next().message("one");
        var third = second.next().message("two");

        assertThat(fixture.together(List.of(first, second, third)))
                .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Committed.class));

        assertThat(fixture.rooms.room(nid).orElseThrow().head().version()).isEqualTo(3);
        assertThat(fixture.rooms.timeline(nid, Long.MAX_VALUE, true, 10)).hasSize(3);
    }

    @Test
    void whatWasDecidedOnARefusedAppendIsRefusedToo() {
        var first = AppendSketch.newRoom(nid)
                .live(new EventSketch("m.room.message", "{}").txn(4, "same"));
        fixture.committed(first);
        var other = AppendSketch.newRoom(fixture.rooms.newRoomNid()).message("elsewhere");
        var repeat = first.next().live(new EventSketch("m.room.message", "{}").txn(4, "same"));
        var after = repeat.next().message("after");

        assertThat(fixture.together(List.of(repeat, other, after)))
                .satisfiesExactly(
                        outcome -> assertThat(outcome)
                                .isEqualTo(refused(new AppendRefusal.DuplicateTransaction(
                                        first.events.getFirst().eventId()))),
                        outcome -> assertThat(outcome).isInstanceOf(Committed.class),
                        outcome -> assertThat(outcome)
                                .isEqualTo(refused(new AppendRefusal.HeadMoved())));
    }

    @Test
    void aRepeatedTransactionTellsTheFirstEventEvenOnAnOldHead() {
        var first = AppendSketch.newRoom(nid).message("zero");
        fixture.committed(first);
        var sent = first.next().live(new EventSketch("m.room.message", "{}").txn(4, "same"));
        fixture.committed(sent);

        var stale = first.next().live(new EventSketch("m.room.message", "{}").txn(4, "same"));

        assertThat(fixture.commit(stale))
                .isEqualTo(refused(new AppendRefusal.DuplicateTransaction(
                        sent.events.getFirst().eventId())));
    }

    @Test
    void ofTwoSendsWithOneTransactionInABatchTheSecondIsDecidedAgain() {
        var first = AppendSketch.newRoom(nid)
                .live(new EventSketch("m.room.message", "{}").txn(4, "same"));
        var second = first.next().live(new EventSketch("m.room.message", "{}").txn(4, "same"));

        assertThat(fixture.together(List.of(first, second)))
                .satisfiesExactly(
                        outcome -> assertThat(outcome).isInstanceOf(Committed.class),
                        outcome -> assertThat(outcome)
                                .isEqualTo(refused(new AppendRefusal.HeadMoved())));
    }

    @Test
    void aKnownEventIsRefused() {
        var first = AppendSketch.newRoom(nid).message("one");
        fixture.committed(first);
        var known = new EventSketch("m.room.message", "{}");
        known.eventId = first.events.getFirst().eventId();

        assertThat(fixture.commit(first.next().live(known)))
                .isEqualTo(refused(new AppendRefusal.DuplicateEvent(known.eventId)));
    }

    @Test
    void anEventMayBeKnownInAnotherRoom() {
        var first = AppendSketch.newRoom(nid).message("one");
        fixture.committed(first);
        var same = new EventSketch("m.room.message", "{}");
        same.eventId = first.events.getFirst().eventId();
        var other = AppendSketch.newRoom(fixture.rooms.newRoomNid()).live(same);

        assertThat(fixture.commit(other)).isInstanceOf(Committed.class);
    }

    @Test
    void aChangedEventKeepsItsPositionAndItsTextForAWhile() {
        var first = AppendSketch.newRoom(nid).message("secret");
        long[] positions = fixture.committed(first);
        var pruned = new EventSketch("m.room.message", "{}");
        pruned.eventId = first.events.getFirst().eventId();
        pruned.tl = first.tlTop;
        pruned.flags = EventFlags.REDACTED;
        pruned.redactedBy = 2;
        var redaction = first.next().message("redaction");
        redaction.updates.add(new EventUpdate(
                pruned.row(first.room, 1), Optional.of("secret".getBytes(StandardCharsets.UTF_8))));
        redaction.facts.add(new RoomFact.Changed(1));
        fixture.committed(redaction);

        var stored = fixture.rooms.events(nid, new int[] {1}).getFirst();
        assertThat(stored.pos()).isEqualTo(positions[0]);
        assertThat(stored.redactedBy()).isEqualTo(2);
        assertThat(stored.has(EventFlags.REDACTED)).isTrue();
        assertThat(new String(stored.json(), StandardCharsets.UTF_8)).isEqualTo("{}");
        assertThat(fixture.count("redacted_original WHERE room_nid = " + nid)).isEqualTo(1);
    }

    @Test
    void anOutlierThatTakesItsPlaceGetsAPosition() {
        var outlier = new EventSketch("m.room.message", "{}");
        outlier.flags = EventFlags.OUTLIER;
        var first = AppendSketch.newRoom(nid).message("one").add(outlier);
        fixture.committed(first);
        assertThat(fixture.rooms.events(nid, new int[] {2}).getFirst().pos()).isZero();
        var placed = new EventSketch("m.room.message", "{}");
        placed.tl = first.tlTop + 5;
        placed.fact = 0;
        var second = first.next();
        second.facts.add(new RoomFact.Live(2));
        second.updates.add(new EventUpdate(placed.row(first.room, 2), Optional.empty()));

        long[] positions = fixture.committed(second);

        var stored = fixture.rooms.events(nid, new int[] {2}).getFirst();
        assertThat(stored.pos()).isEqualTo(positions[0]);
        assertThat(stored.tl()).isEqualTo(placed.tl);
        assertThat(stored.has(EventFlags.OUTLIER)).isFalse();
    }

    @Test
    void membershipsAreKeptAndOnlyOurUsersAreLogged() {
        var first = AppendSketch.newRoom(nid)
                .member(ALICE, Membership.JOIN)
                .member(CAROL, Membership.JOIN);
        first.servers.add(new ServerCount(ServerName.of("far.example"), 1));
        first.servers.add(new ServerCount(RoomFixture.HERE, 1));
        long[] positions = fixture.committed(first);
        long alice = fixture.identities.userNid(ALICE);

        assertThat(fixture.rooms.member(nid, alice)).hasValueSatisfying(member -> {
            assertThat(member.membership()).isEqualTo(Membership.JOIN);
            assertThat(member.pos()).isEqualTo(positions[0]);
            assertThat(member.ev()).isEqualTo(1);
        });
        assertThat(fixture.rooms.members(nid, List.of(Membership.JOIN))).hasSize(2);
        assertThat(fixture.rooms.members(nid, List.of(Membership.LEAVE))).isEmpty();
        assertThat(fixture.rooms.servers(nid))
                .containsOnly(
                        Map.entry(ServerName.of("far.example"), 1), Map.entry(RoomFixture.HERE, 1));
        assertThat(fixture.count("membership_log WHERE room_nid = " + nid)).isEqualTo(1);

        var left = first.next().member(CAROL, Membership.LEAVE).member(ALICE, Membership.LEAVE);
        left.servers.add(new ServerCount(ServerName.of("far.example"), 0));
        left.status = Optional.of(RoomStatus.LEFT);
        assertThat(fixture.rooms.forget(nid, alice)).isFalse();
        fixture.committed(left);

        assertThat(fixture.rooms.servers(nid)).containsOnlyKeys(RoomFixture.HERE);
        assertThat(fixture.rooms.room(nid).orElseThrow().status()).isEqualTo(RoomStatus.LEFT);
        assertThat(fixture.rooms.memberships(alice)).anyMatch(member -> member.roomNid() == nid);
        assertThat(fixture.rooms.forget(nid, alice)).isTrue();
        assertThat(fixture.rooms.memberships(alice)).noneMatch(member -> member.roomNid() == nid);
        assertThat(fixture.rooms.member(nid, alice)).isPresent();
    }

    @Test
    void gapsEdgesAndPendingRedactionsComeAndGo() {
        var first = AppendSketch.newRoom(nid).message("one");
        var lost = eventId("lost");
        first.missing.add(new MissingChange(lost, 1, false));
        first.gaps.add(new GapChange(1, -5, 5, GapReason.MISSED, List.of(lost, eventId("b"))));
        first.redactions.add(new PendingRedaction(lost, 1, false));
        fixture.committed(first);

        assertThat(fixture.rooms.missing(nid)).containsOnly(Map.entry(lost, List.of(1)));
        assertThat(fixture.rooms.gaps(nid))
                .containsExactly(
                        new StoredGap(1, -5, 5, GapReason.MISSED, List.of(lost, eventId("b"))));
        assertThat(fixture.rooms.pendingRedactions(nid)).containsOnly(Map.entry(lost, 1));

        var second = first.next().message("two");
        second.missing.add(new MissingChange(lost, 1, true));
        second.gaps.add(new GapChange(1, -5, 5, GapReason.MISSED, List.of()));
        second.redactions.add(new PendingRedaction(lost, 1, true));
        fixture.committed(second);

        assertThat(fixture.rooms.missing(nid)).isEmpty();
        assertThat(fixture.rooms.gaps(nid)).isEmpty();
        assertThat(fixture.rooms.pendingRedactions(nid)).isEmpty();
    }

    @Test
    void theCurrentStateFollowsItsChanges() {
        var first = AppendSketch.newRoom(nid)
                .state("m.room.name", "", "{\"name\":\"a\"}")
                .state("m.tag", "k\0y", "{}");
        fixture.committed(first);
        assertThat(fixture.rooms.currentState(nid))
                .containsOnly(
                        Map.entry(StateKey.of("m.room.name"), 1),
                        Map.entry(new StateKey("m.tag", "k\0y"), 2));
        var second = first.next().state("m.room.name", "", "{\"name\":\"b\"}");
        second.state.add(new StateChange(new StateKey("m.tag", "k\0y"), 0));
        fixture.committed(second);

        assertThat(fixture.rooms.currentState(nid))
                .containsOnly(Map.entry(StateKey.of("m.room.name"), 3));
        assertThat(fixture.rooms.stateEvents(nid))
                .extracting(EventRow::ev)
                .containsExactly(1, 2, 3);
        assertThat(fixture.rooms.stateEvents(nid).get(1).stateKey()).contains("k\0y");
    }

    @Test
    void aSnapshotIsPutTogetherFromItsDeltas() {
        var sketch = AppendSketch.newRoom(nid).message("one");
        sketch.snapshots.add(snapshot(1, 0, 0, new int[] {1, 2, 300}, new int[] {}));
        sketch.snapshots.add(snapshot(2, 1, 1, new int[] {4}, new int[] {2}));
        sketch.snapshots.add(snapshot(3, 2, 1, new int[] {2_000_000_000}, new int[] {300}));
        sketch.snapshots.add(snapshot(4, 3, 3, new int[] {5}, new int[] {1}));
        fixture.committed(sketch);

        assertThat(fixture.rooms.snapshot(nid, 1)).containsExactly(1, 2, 300);
        assertThat(fixture.rooms.snapshot(nid, 2)).containsExactly(1, 4, 300);
        assertThat(fixture.rooms.snapshot(nid, 3)).containsExactly(1, 2, 2_000_000_000);
        assertThat(fixture.rooms.snapshot(nid, 4)).containsExactly(2, 5, 2_000_000_000);
        assertThat(fixture.rooms.snapshot(nid, 0)).isEmpty();
        assertThat(fixture.rooms.snapshotByDigest(nid, new byte[] {3})).isEqualTo(3);
        assertThat(fixture.rooms.snapshotByDigest(nid, new byte[] {9})).isZero();
        assertThat(fixture.rooms.snapshotRow(nid, 4))
                .hasValueSatisfying(row -> assertThat(row)
                        .usingRecursiveComparison()
                        .isEqualTo(sketch.snapshots.get(3)));
    }

    @Test
    void whatAnotherServerToldOfARoomIsKept() {
        var sketch = AppendSketch.newRoom(nid);
        sketch.status = Optional.of(RoomStatus.INVITED);
        sketch.facts.add(new RoomFact.OutOfBand(BOB));
        sketch.stripped =
                Optional.of(new StrippedState(BOB, "[1]".getBytes(StandardCharsets.UTF_8)));
        fixture.committed(sketch);

        long bob = fixture.identities.userNid(BOB);
        assertThat(fixture.rooms.strippedState(nid, bob)).contains("[1]".getBytes());
        assertThat(fixture.rooms.strippedState(nid, bob + 1)).isEmpty();
        assertThat(fixture.rooms.room(nid).orElseThrow().status()).isEqualTo(RoomStatus.INVITED);
    }

    private static SnapshotRow snapshot(
            int snap, int height, int parent, int[] added, int[] removed) {
        return new SnapshotRow(snap, height, parent, added, removed, 3, new byte[] {(byte) snap});
    }

    private static CommitOutcome refused(AppendRefusal reason) {
        return new Refused(reason);
    }
}
