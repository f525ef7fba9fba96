package im.holm.store;

import im.holm.engine.core.EventFlags;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomAppend;
import im.holm.engine.core.RoomAppend.EventUpdate;
import im.holm.engine.core.RoomAppend.GapChange;
import im.holm.engine.core.RoomAppend.MemberChange;
import im.holm.engine.core.RoomAppend.MissingChange;
import im.holm.engine.core.RoomAppend.PendingRedaction;
import im.holm.engine.core.RoomAppend.ServerCount;
import im.holm.engine.core.RoomAppend.StateChange;
import im.holm.engine.core.RoomAppend.StrippedState;
import im.holm.engine.core.RoomFact;
import im.holm.engine.core.RoomHead;
import im.holm.engine.core.RoomIdentity;
import im.holm.engine.core.RoomKind;
import im.holm.engine.core.RoomStatus;
import im.holm.engine.core.SnapshotRow;
import im.holm.engine.core.TxnKey;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.version.RoomVersions;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One append in the making: what a test does not say is plain.
final class AppendSketch {
    static final UserId ALICE = UserId.of("@alice:here.example");

    final RoomIdentity room;
    boolean newRoom;
    Optional<RoomStatus> status = Optional.empty();
    long base;
    int nextEv;
    long tlTop;
    int snap;
    int[] extremities = {1};
    final List<EventRow> events = new ArrayList<>();
    final List<EventUpdate> updates = new ArrayList<>();
    final List<SnapshotRow> snapshots = new ArrayList<>();
    final List<StateChange> state = new ArrayList<>();
    final List<MemberChange> members = new ArrayList<>();
    final List<MissingChange> missing = new ArrayList<>();
    final List<GapChange> gaps = new ArrayList<>();
    final List<ServerCount> servers = new ArrayList<>();
    final List<PendingRedaction> redactions = new ArrayList<>();
    final List<RoomFact> facts = new ArrayList<>();
    Optional<StrippedState> stripped = Optional.empty();

    private AppendSketch(RoomIdentity room, long base, int nextEv, long tlTop) {
        this.room = room;
        this.base = base;
        this.nextEv = nextEv;
        this.tlTop = tlTop;
    }

    static AppendSketch newRoom(long roomNid) {
        var room = new RoomIdentity(
                roomNid,
                RoomId.of("!room" + roomNid + ":here.example"),
                RoomVersions.V12,
                RoomKind.PLAIN);
        var sketch = new AppendSketch(room, 0, 1, 0);
        sketch.newRoom = true;
        sketch.status = Optional.of(RoomStatus.JOINED);
        return sketch;
    }

    /// The append that follows this one.
    AppendSketch next() {
        var next = new AppendSketch(room, base + 1, nextEv, tlTop);
        next.snap = snap;
        return next;
    }

    RoomAppend append() {
        var head =
                new RoomHead(base + 1, 0, nextEv, 10, tlTop, 0, extremities, snap, 0, 0, 77, 1, 0);
        return new RoomAppend(
                room,
                newRoom,
                status,
                base,
                head,
                events,
                updates,
                snapshots,
                state,
                members,
                missing,
                gaps,
                servers,
                redactions,
                facts,
                stripped);
    }

    /// A live event.
    AppendSketch live(EventSketch event) {
        tlTop += RoomHead.TL_STEP;
        event.tl = tlTop;
        event.fact = facts.size();
        facts.add(new RoomFact.Live(nextEv));
        return add(event);
    }

    AppendSketch add(EventSketch event) {
        events.add(event.row(room, nextEv++));
        return this;
    }

    AppendSketch message(String text) {
        return live(new EventSketch("m.room.message", "{\"content\":{\"body\":\"" + text + "\"}}"));
    }

    /// A live state event that becomes current.
    AppendSketch state(String type, String key, String content) {
        var event = new EventSketch(type, "{\"content\":" + content + "}");
        event.stateKey = Optional.of(key);
        state.add(new StateChange(new StateKey(type, key), nextEv));
        return live(event);
    }

    AppendSketch member(UserId user, Membership membership) {
        members.add(new MemberChange(user, membership, nextEv, facts.size()));
        return state(
                "m.room.member", user.toString(), "{\"membership\":\"" + membership.wire() + "\"}");
    }

    static EventId eventId(String name) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return EventId.ofHash(sha.digest(name.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static final class EventSketch {
        final String type;
        final byte[] json;
        EventId eventId;
        UserId sender = ALICE;
        Optional<String> stateKey = Optional.empty();
        Optional<TxnKey> txn = Optional.empty();
        Optional<EventRow.Relation> relation = Optional.empty();
        int flags;
        long tl = EventRow.NO_TL;
        int fact = EventRow.NO_FACT;
        int[] prev = {};
        int[] auth = {};
        int redactedBy;

        EventSketch(String type, String json) {
            this.type = type;
            this.json = json.getBytes(StandardCharsets.UTF_8);
        }

        EventSketch txn(long device, String id) {
            byte[] key = new byte[TxnKey.KEY_BYTES];
            byte[] text = id.getBytes(StandardCharsets.UTF_8);
            System.arraycopy(text, 0, key, 0, text.length);
            txn = Optional.of(new TxnKey(device, id, key));
            return this;
        }

        EventRow row(RoomIdentity room, int ev) {
            var id = eventId == null ? eventId(room.roomNid() + " " + ev) : eventId;
            int allFlags = flags | (stateKey.isPresent() ? EventFlags.STATE : 0);
            return new EventRow(
                    ev,
                    id,
                    allFlags,
                    tl,
                    0,
                    fact,
                    type,
                    stateKey,
                    sender,
                    ev,
                    1_000 + ev,
                    prev,
                    auth,
                    0,
                    0,
                    0,
                    relation,
                    txn,
                    redactedBy,
                    json);
        }
    }
}
