package im.holm.engine;

import im.holm.engine.RoomReader.Explained;
import im.holm.engine.core.EventFlags;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.KnownEvent;
import im.holm.engine.core.RoomState;
import im.holm.engine.port.RemoteRooms;
import im.holm.engine.port.RemoteRooms.Verification;
import im.holm.protocol.auth.AuthEventList;
import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.receipt.AuthEvents;
import im.holm.protocol.receipt.Evidence;
import im.holm.protocol.receipt.Explanation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// What the store knows of one event, as evidence for its checks.
final class Explaining implements Evidence {

    /// Events before this one that are looked at for the room's state when it came.
    private static final int LOOK_BACK_MAX = 64;

    private final Rooms rooms;
    private final RoomCell cell;
    private final EventRow row;
    private final RemoteRooms remote;
    private final RoomState room;
    private final StateReading states;

    Explaining(Rooms rooms, RoomCell cell, EventRow row, RemoteRooms remote) {
        this.rooms = rooms;
        this.cell = cell;
        this.row = row;
        this.remote = remote;
        this.room = cell.committed().state();
        this.states = new StateReading(rooms, cell);
    }

    Explained explain() {
        var json = JsonParser.parseObject(row.json(), JsonLimits.LAX_EVENT)
                .object()
                .orElseThrow(() ->
                        new IllegalStateException("stored event " + row.eventId() + " is no JSON"));
        var explanation = Explanation.of(cell.identity().version(), json, this);
        return new Explained(explanation, row.ev(), standing());
    }

    private String standing() {
        if (row.has(EventFlags.OUTLIER)) {
            return row.has(EventFlags.REJECTED) ? "rejected outlier" : "outlier";
        }
        if (row.has(EventFlags.REJECTED)) {
            return "rejected";
        }
        if (row.has(EventFlags.SOFT_FAILED)) {
            return "soft-failed";
        }
        if (row.has(EventFlags.BACKFILLED)) {
            return "backfilled";
        }
        return row.has(EventFlags.HIDDEN) ? "hidden" : "live";
    }

    @Override
    public Signatures signatures(Pdu event) {
        return switch (remote.verify(event)) {
            case Verification.Good(VerifiedPdu good) -> new Signatures.Good(good);
            case Verification.Bad(String reason) -> new Signatures.Bad(reason);
            case Verification.KeyUnavailable(String reason) -> new Signatures.Unknown(reason);
        };
    }

    @Override
    public Optional<AuthEvents> authEvents(Pdu event) {
        List<AuthEventList.Entry> entries = new ArrayList<>();
        for (EventId id : event.authEvents()) {
            Optional<KnownEvent> known = room.event(id);
            if (known.isEmpty()) {
                return Optional.empty();
            }
            boolean rejected = known.get().row().has(EventFlags.REJECTED);
            entries.add(new AuthEventList.Entry(known.get().pdu(), rejected));
        }
        return Optional.of(new AuthEvents(entries, createByRoomId()));
    }

    private Optional<Pdu> createByRoomId() {
        return cell.identity()
                .roomId()
                .createEvent()
                .flatMap(room::event)
                .filter(create -> !create.row().has(EventFlags.REJECTED))
                .map(KnownEvent::pdu);
    }

    @Override
    public Optional<AuthState> before(Pdu event) {
        return row.hasPlace() ? Optional.of(state(row.snapBefore())) : Optional.empty();
    }

    /// The room's state when the event came: that after the newest live event before it.
    /// History is not asked about it.
    @Override
    public Optional<AuthState> current(Pdu event) {
        if (!row.hasPlace() || row.has(EventFlags.BACKFILLED)) {
            return Optional.empty();
        }
        int[] earlier =
                IntStream.range(Math.max(1, row.ev() - LOOK_BACK_MAX), row.ev()).toArray();
        return rooms.store().events(cell.nid(), earlier).stream()
                .filter(before -> before.roomSnap() != 0)
                .max(Comparator.comparingInt(EventRow::ev))
                .map(before -> state(before.roomSnap()))
                .or(() -> row.prev().length == 0 ? before(event) : Optional.empty());
    }

    @Override
    public Optional<EventId> create() {
        return room.current(StateKey.CREATE).map(create -> create.row().eventId());
    }

    private AuthState state(int snap) {
        return room.authState(states.map(snap));
    }
}
