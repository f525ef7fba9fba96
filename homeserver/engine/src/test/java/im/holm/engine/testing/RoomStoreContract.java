package im.holm.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.core.EventFlags;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.GapReason;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomAppend;
import im.holm.engine.core.RoomAppend.GapChange;
import im.holm.engine.core.RoomAppend.MissingChange;
import im.holm.engine.core.RoomAppend.PendingRedaction;
import im.holm.engine.core.RoomAppend.StrippedState;
import im.holm.engine.core.RoomEffect;
import im.holm.engine.core.RoomFact;
import im.holm.engine.core.RoomInput;
import im.holm.engine.core.SnapshotRow;
import im.holm.engine.core.TxnKey;
import im.holm.engine.port.AppendRefusal;
import im.holm.engine.port.Identities;
import im.holm.engine.port.RoomStore;
import im.holm.engine.port.RoomStore.SetAside;
import im.holm.engine.port.RoomStore.StoredGap;
import im.holm.journal.CommitOutcome;
import im.holm.journal.CommitTicket;
import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.Journal;
import im.holm.journal.Unit;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.state.StateMap;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What every [RoomStore] must do. Extend it, and give it the store with the journal that writes
/// through it; all tests may share one database.
public abstract class RoomStoreContract {

    private static final EventId LACKED = EventId.of("$" + "l".repeat(42) + "A");

    private RoomSketch room;
    private long nid;

    protected abstract RoomStore store();

    protected abstract Journal journal();

    protected abstract Identities identities();

    @BeforeEach
    void sketchARoom(org.junit.jupiter.api.TestInfo test) {
        nid = store().newRoomNid();
        String name = test.getDisplayName() + nid + System.nanoTime();
        room = new RoomSketch(nid, name, this::find);
    }

    private RoomInput.Found find(RoomEffect.Lookup lookup) {
        List<EventRow> rows = new ArrayList<>(store().events(nid, lookup.ids()).values());
        Set<EventId> absent = new HashSet<>(lookup.ids());
        rows.forEach(row -> absent.remove(row.eventId()));
        rows.addAll(store().events(
                        nid, lookup.evs().stream().mapToInt(Integer::intValue).toArray()));
        return new RoomInput.Found(
                rows,
                absent,
                lookup.snapshots().stream().map(this::chain).toList(),
                lookup.digests().stream()
                        .map(digest -> new RoomInput.DigestFound(
                                digest, store().snapshotByDigest(nid, digest)))
                        .toList());
    }

    private List<SnapshotRow> chain(int snap) {
        List<SnapshotRow> rows = new ArrayList<>();
        for (int next = snap; next != 0; next = rows.getLast().parent()) {
            rows.add(store().snapshotRow(nid, next).orElseThrow());
        }
        return rows;
    }

    private CommitTicket submit(RoomAppend append) {
        List<Fact> facts = append.facts().stream()
                .map(fact -> switch (fact) {
                    case RoomFact.Live(int ev) -> new Fact(FactKind.EVENT, nid, ev);
                    case RoomFact.Changed(int ev) -> new Fact(FactKind.EVENT_CHANGED, nid, ev);
                    case RoomFact.StateRepaired(int from, int to) ->
                        new Fact(FactKind.STATE_CHANGED, nid, to);
                    case RoomFact.OutOfBand(UserId user) ->
                        new Fact(FactKind.OUT_OF_BAND_MEMBERSHIP, identities().userNid(user), nid);
                })
                .toList();
        return journal().submit(new Unit<>(store().appends(), append, facts, 1_000));
    }

    private long[] commit(RoomAppend append) {
        return positions(submit(append));
    }

    private static long[] positions(CommitTicket ticket) {
        return switch (ticket.await()) {
            case CommitOutcome.Committed(long[] positions) -> positions;
            case CommitOutcome other -> throw new AssertionError(other);
        };
    }

    private EventRow only(RoomAppend append) {
        return append.events().getFirst();
    }

    private EventRow stored(EventId id) {
        return store().events(nid, List.of(id)).get(id);
    }

    @Test
    void aNewRoomIsReadBackAsItWasAppended() {
        RoomAppend append = room.create();
        long[] positions = commit(append);
        var stored = store().room(nid).orElseThrow();
        assertThat(stored.identity()).isEqualTo(append.room());
        assertThat(stored.status()).isEqualTo(append.status().orElseThrow());
        assertThat(stored.head())
                .usingRecursiveComparison()
                .isEqualTo(append.head().committed(positions[positions.length - 1]));
        assertThat(store().room(append.room().roomId())).isPresent();
        int[] evs = append.events().stream().mapToInt(EventRow::ev).toArray();
        assertThat(store().events(nid, evs))
                .usingRecursiveComparison()
                .isEqualTo(append.events().stream()
                        .map(row -> row.committed(positions))
                        .toList());
        EventRow first = only(append);
        assertThat(store().locate(first.eventId()))
                .contains(new RoomStore.Located(nid, append.room().roomId(), first.ev()));
        assertThat(store().currentState(nid)).isEqualTo(keys(room.state().current()));
        assertThat(store().servers(nid)).isEqualTo(Map.of(ServerName.of("sketch.example"), 1));
    }

    private static Map<StateKey, Integer> keys(StateMap map) {
        Map<StateKey, Integer> keys = new HashMap<>();
        map.forEach((key, ev) -> keys.put(key, ev));
        return keys;
    }

    @Test
    void rowsComeInTheOrderOfTheNumbersAndUnknownOnesAreLeftOut() {
        commit(room.create());
        assertThat(store().events(nid, new int[] {3, 99, 1}))
                .extracting(EventRow::ev)
                .containsExactly(3, 1);
        assertThat(store().events(nid, List.of(LACKED))).isEmpty();
        assertThat(store().locate(LACKED)).isEmpty();
    }

    @Test
    void nothingIsKnownOfARoomThatIsNotThere() {
        long nobody = store().newRoomNid();
        assertThat(store().room(nobody)).isEmpty();
        assertThat(store().room(RoomId.of("!nowhere:sketch.example"))).isEmpty();
        assertThat(store().events(nobody, new int[] {1})).isEmpty();
        assertThat(store().stateEvents(nobody)).isEmpty();
        assertThat(store().timeline(nobody, 0, false, 10)).isEmpty();
        assertThat(store().currentState(nobody)).isEmpty();
        assertThat(store().gaps(nobody)).isEmpty();
        assertThat(store().missing(nobody)).isEmpty();
        assertThat(store().servers(nobody)).isEmpty();
        assertThat(store().snapshotRow(nobody, 1)).isEmpty();
    }

    @Test
    void anAppendOnAnOldHeadIsRefused() {
        commit(room.create());
        var before = room.state();
        RoomAppend first = room.say("first");
        room.backTo(before);
        RoomAppend second = room.topic("second");
        commit(first);
        assertThat(submit(second).await())
                .isEqualTo(new CommitOutcome.Refused(new AppendRefusal.HeadMoved()));
        assertThat(stored(only(second).eventId())).isNull();
        assertThat(store().room(nid).orElseThrow().head().version())
                .isEqualTo(first.head().version());
    }

    @Test
    void appendsOnTopOfOneAnotherGoIntoOneBatch() {
        var tickets = new ArrayList<CommitTicket>();
        tickets.add(submit(room.create()));
        for (int i = 0; i < 20; i++) {
            tickets.add(submit(i % 3 == 0 ? room.topic("t" + i) : room.say("m" + i)));
        }
        long last = 0;
        for (CommitTicket ticket : tickets) {
            for (long position : positions(ticket)) {
                assertThat(position).isGreaterThan(last);
                last = position;
            }
        }
        assertThat(store().room(nid).orElseThrow().head().version())
                .isEqualTo(room.state().head().version());
        assertThat(store().room(nid).orElseThrow().head().lastPos()).isEqualTo(last);
        assertThat(store().currentState(nid)).isEqualTo(keys(room.state().current()));
    }

    @Test
    void whatIsBuiltOnARefusedAppendIsRefusedToo() {
        commit(room.create());
        var before = room.state();
        RoomAppend stale = room.say("stale");
        RoomAppend onStale = room.say("on stale");
        room.backTo(before);
        commit(room.say("wins"));
        commit(room.say("wins again"));
        var first = submit(stale);
        var second = submit(onStale);
        assertThat(first.await()).isInstanceOf(CommitOutcome.Refused.class);
        assertThat(second.await()).isInstanceOf(CommitOutcome.Refused.class);
    }

    @Test
    void aTransactionIsSentOnce() {
        commit(room.create());
        var txn = new TxnKey(4_711, "t1", new byte[TxnKey.KEY_BYTES]);
        RoomAppend first = room.say("once", txn);
        commit(first);
        EventId id = only(first).eventId();
        assertThat(store().byTransaction(nid, 4_711, txn.key())).contains(id);
        assertThat(store().byTransaction(nid, 4_712, txn.key())).isEmpty();
        assertThat(stored(id).txn()).isPresent();
        assertThat(stored(id).txn().orElseThrow().txnId()).isEqualTo("t1");
        assertThat(submit(room.say("twice", txn)).await())
                .isEqualTo(new CommitOutcome.Refused(new AppendRefusal.DuplicateTransaction(id)));
    }

    @Test
    void theTimelineIsReadBothWays() {
        commit(room.create());
        List<Long> keys = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            RoomAppend append = room.say("m" + i);
            keys.add(only(append).tl());
            commit(append);
        }
        assertThat(store().timeline(nid, keys.get(3), true, 3))
                .extracting(EventRow::tl)
                .containsExactly(keys.get(2), keys.get(1), keys.get(0));
        assertThat(store().timeline(nid, keys.get(2), false, 10))
                .extracting(EventRow::tl)
                .containsExactly(keys.get(3), keys.get(4));
        assertThat(store().timeline(nid, Long.MAX_VALUE, true, 1))
                .extracting(EventRow::tl)
                .containsExactly(keys.get(4));
    }

    @Test
    void liveRowsAreReadByPositionNewestFirst() {
        commit(room.create());
        long one = commit(room.say("one"))[0];
        long two = commit(room.say("two"))[0];
        long three = commit(room.say("three"))[0];
        assertThat(store().live(nid, one, three, 10))
                .extracting(EventRow::pos)
                .containsExactly(three, two);
        assertThat(store().live(nid, 0, two, 2))
                .extracting(EventRow::pos)
                .containsExactly(two, one);
        assertThat(store().live(nid, three, three, 2)).isEmpty();
    }

    @Test
    void historyIsRemovedInStepsAndWhatIsKeptLosesItsPlace() {
        commit(room.create());
        commit(room.topic("kept"));
        int topic = store().stateEvents(nid).getLast().ev();
        commit(room.say("one"));
        long second = commit(room.say("two"))[0];
        commit(room.say("three"));
        RoomAppend last = room.say("four");
        long position = commit(last)[0];
        long cut = only(last).tl();
        assertThat(store().timelineFrom(nid, second + 1)).hasValue(only(last).tl() - (1 << 20));
        assertThat(store().timelineFrom(nid, position + 1)).isEmpty();

        var survivors = store().survivors(nid, cut);
        assertThat(survivors.snapshots()).contains(only(last).snapBefore());
        assertThat(survivors.events()).contains(only(last).auth());
        int[] state = store().snapshot(nid, only(last).snapAfter());
        var purge = new RoomStore.Purge(cut, state, new int[] {only(last).snapAfter()});

        assertThat(store().purge(nid, purge, 2)).isEqualTo(2);
        assertThat(store().purge(nid, purge, 2)).isEqualTo(1);
        assertThat(store().purge(nid, purge, 2)).isZero();
        assertThat(store().timeline(nid, Long.MAX_VALUE, true, 100))
                .extracting(EventRow::ev)
                .containsExactly(only(last).ev());
        assertThat(store().events(nid, new int[] {topic}))
                .singleElement()
                .satisfies(row -> assertThat(row.tl()).isEqualTo(EventRow.NO_TL));
        assertThat(store().snapshotRow(nid, only(last).snapAfter())).isPresent();
    }

    @Test
    void aRoomIsDeletedInStepsAndItsIdIsFree() {
        commit(room.create());
        commit(room.say("one"));
        int events = 0;
        int step;
        do {
            step = store().delete(nid, 3);
            events += step;
        } while (step == 3);
        assertThat(events).isGreaterThan(3);
        assertThat(store().room(nid)).isEmpty();
        assertThat(store().stateEvents(nid)).isEmpty();
        assertThat(store().memberships(identities().userNid(RoomSketch.ALICE)))
                .extracting(RoomStore.StoredMember::roomNid)
                .doesNotContain(nid);
    }

    @Test
    void aRedactionChangesItsTargetInPlace() {
        commit(room.create());
        RoomAppend said = room.say("regretted");
        long position = commit(said)[0];
        EventRow before = stored(only(said).eventId());
        RoomAppend redaction = room.redact(before.eventId());
        commit(redaction);
        EventRow after = stored(before.eventId());
        assertThat(after.ev()).isEqualTo(before.ev());
        assertThat(after.pos()).isEqualTo(position);
        assertThat(after.tl()).isEqualTo(before.tl());
        assertThat(after.redactedBy()).isEqualTo(only(redaction).ev());
        assertThat(after.has(EventFlags.REDACTED)).isTrue();
        assertThat(new String(after.json(), StandardCharsets.UTF_8)).doesNotContain("regretted");
        assertThat(store().live(nid, position - 1, position, 5)).hasSize(1);
    }

    @Test
    void everySnapshotIsPutTogetherFromItsDeltas() {
        commit(room.create());
        Map<Integer, int[]> expected = new HashMap<>();
        for (int i = 0; i < 40; i++) {
            commit(i % 4 == 0 ? memberAppend(i) : room.topic("t" + i));
            int[] evs = room.state().current().events();
            Arrays.sort(evs);
            expected.put(room.state().head().snap(), evs);
        }
        expected.forEach((snap, evs) -> {
            assertThat(store().snapshot(nid, snap)).as("snapshot %d", snap).isEqualTo(evs);
            SnapshotRow row = store().snapshotRow(nid, snap).orElseThrow();
            assertThat(row.entries()).isEqualTo(evs.length);
            assertThat(store().snapshotByDigest(nid, row.digest())).isEqualTo(snap);
        });
        assertThat(store().snapshotByDigest(nid, new byte[32])).isZero();
    }

    private RoomAppend memberAppend(int i) {
        var user = new UserId("user" + i, ServerName.of("sketch.example"));
        return room.membership(user, "join");
    }

    @Test
    void allStateEventsAreReadInTheOrderOfTheirNumbers() {
        commit(room.create());
        commit(room.say("no state"));
        commit(room.topic("one"));
        commit(room.topic("two"));
        assertThat(store().stateEvents(nid))
                .extracting(EventRow::type)
                .containsExactly(
                        "m.room.create",
                        "m.room.member",
                        "m.room.join_rules",
                        "m.room.topic",
                        "m.room.topic");
    }

    @Test
    void membershipsFollowTheState() {
        commit(room.create());
        long[] joined = commit(room.membership(RoomSketch.BOB, "join"));
        long bob = identities().userNid(RoomSketch.BOB);
        var member = store().member(nid, bob).orElseThrow();
        assertThat(member.membership()).isEqualTo(Membership.JOIN);
        assertThat(member.pos()).isEqualTo(joined[0]);
        assertThat(member.user()).isEqualTo(RoomSketch.BOB);
        assertThat(store().members(nid, Set.of(Membership.JOIN)))
                .extracting(RoomStore.StoredMember::user)
                .containsExactlyInAnyOrder(RoomSketch.ALICE, RoomSketch.BOB);
        assertThat(store().servers(nid)).containsValue(2);
        assertThat(store().forget(nid, bob)).isFalse();
        commit(room.membership(RoomSketch.BOB, "leave"));
        assertThat(store().members(nid, Set.of(Membership.LEAVE))).hasSize(1);
        assertThat(store().servers(nid)).containsValue(1);
        assertThat(ofBob()).contains(Membership.LEAVE);
    }

    @Test
    void roomsOfAServerAreThoseThatItIsInAndWhereSomethingHappened() {
        commit(room.create());
        long[] joined = commit(room.membership(RoomSketch.BOB, "join"));
        var server = RoomSketch.BOB.server();
        assertThat(store().roomsOf(server, joined[0] - 1, 100)).contains(nid);
        assertThat(store().roomsOf(server, joined[0], 100)).doesNotContain(nid);
        assertThat(store().roomsOf(server, 0, 0)).isEmpty();
        assertThat(store().roomsOf(ServerName.of("elsewhere.example"), 0, 100)).isEmpty();
    }

    private Optional<Membership> ofBob() {
        return store().memberships(identities().userNid(RoomSketch.BOB)).stream()
                .filter(member -> member.roomNid() == nid)
                .findFirst()
                .map(RoomStore.StoredMember::membership);
    }

    @Test
    void aForgottenRoomComesBackWithANewMembership() {
        commit(room.create());
        commit(room.membership(RoomSketch.BOB, "join"));
        commit(room.membership(RoomSketch.BOB, "leave"));
        assertThat(store().forget(nid, identities().userNid(RoomSketch.BOB))).isTrue();
        assertThat(ofBob()).isEmpty();
        commit(room.membership(RoomSketch.BOB, "join"));
        assertThat(ofBob()).contains(Membership.JOIN);
    }

    @Test
    void gapsMissingEdgesAndPendingRedactionsComeAndGo() {
        commit(room.create());
        var open = new GapChange(1, EventRow.NO_TL, 1_000, GapReason.JOINED, List.of(LACKED));
        commit(room.rows(append -> with(
                append,
                List.of(new MissingChange(LACKED, 1, false), new MissingChange(LACKED, 2, false)),
                List.of(open),
                List.of(new PendingRedaction(LACKED, 2, false)),
                Optional.empty())));
        assertThat(store().gaps(nid))
                .containsExactly(
                        new StoredGap(1, EventRow.NO_TL, 1_000, GapReason.JOINED, List.of(LACKED)));
        assertThat(store().missing(nid)).containsOnlyKeys(LACKED);
        assertThat(store().missing(nid).get(LACKED)).containsExactlyInAnyOrder(1, 2);
        assertThat(store().pendingRedactions(nid)).isEqualTo(Map.of(LACKED, 2));
        commit(room.rows(append -> with(
                append,
                List.of(new MissingChange(LACKED, 1, true), new MissingChange(LACKED, 2, true)),
                List.of(new GapChange(1, EventRow.NO_TL, 500, GapReason.JOINED, List.of())),
                List.of(new PendingRedaction(LACKED, 2, true)),
                Optional.empty())));
        assertThat(store().gaps(nid)).isEmpty();
        assertThat(store().missing(nid)).isEmpty();
        assertThat(store().pendingRedactions(nid)).isEmpty();
    }

    @Test
    void strippedStateIsReplacedByTheNewest() {
        commit(room.create());
        long bob = identities().userNid(RoomSketch.BOB);
        assertThat(store().strippedState(nid, bob)).isEmpty();
        for (String told : List.of("[1]", "[2]")) {
            var stripped = new StrippedState(RoomSketch.BOB, told.getBytes(StandardCharsets.UTF_8));
            commit(room.rows(append ->
                    with(append, List.of(), List.of(), List.of(), Optional.of(stripped))));
            assertThat(store().strippedState(nid, bob).map(String::new)).contains(told);
        }
    }

    private static RoomAppend with(
            RoomAppend append,
            List<MissingChange> missing,
            List<GapChange> gaps,
            List<PendingRedaction> pending,
            Optional<StrippedState> stripped) {
        return new RoomAppend(
                append.room(),
                append.newRoom(),
                append.status(),
                append.base(),
                append.head(),
                append.events(),
                append.updates(),
                append.snapshots(),
                append.state(),
                append.members(),
                missing,
                gaps,
                append.servers(),
                pending,
                append.facts(),
                stripped);
    }

    @Test
    void childrenOfAnEventAreFound() {
        commit(room.create());
        RoomAppend parent = room.say("parent");
        commit(parent);
        RoomAppend child = room.say("child");
        commit(child);
        assertThat(store().childrenOf(nid, new int[] {only(parent).ev()}, 10))
                .extracting(EventRow::ev)
                .containsExactly(only(child).ev());
    }

    @Test
    void aPduIsSetAsideOnceAndDropped() {
        commit(room.create());
        var origin = ServerName.of("origin.example");
        var pdu =
                new SetAside(origin, LACKED, nid, 5, "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        assertThat(store().setAside(pdu)).isTrue();
        assertThat(store().setAside(pdu)).as("kept already").isFalse();
        var mine = store().setAside(1_000).stream()
                .filter(aside -> aside.roomNid() == nid)
                .toList();
        assertThat(mine).usingRecursiveComparison().isEqualTo(List.of(pdu));
        store().dropSetAside(origin, LACKED);
        assertThat(store().setAside(1_000)).noneMatch(aside -> aside.roomNid() == nid);
    }
}
