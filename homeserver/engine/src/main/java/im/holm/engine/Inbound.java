package im.holm.engine;

import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomInput;
import im.holm.engine.core.RoomState;
import im.holm.engine.core.RoomStatus;
import im.holm.engine.core.ServerAcl;
import im.holm.engine.port.RemoteRooms;
import im.holm.engine.port.RemoteRooms.Verification;
import im.holm.engine.port.RoomStore.SetAside;
import im.holm.platform.error.Problem;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.ParsedPdu;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.receipt.Receipt;
import im.holm.protocol.version.RoomVersion;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Events that other servers send. The first three checks of the specification are made here (form,
/// signatures, hash), the others by the core.
///
/// An event whose ancestors are missing is written down first and fetched for afterwards: what was
/// acknowledged is not lost in a crash, and a slow room delays nobody for long.
final class Inbound implements InboundRooms {

    /// How long a sender waits for the ancestors of its event before it is told that we wait.
    static final Duration ANCESTORS_WAIT_MAX = Duration.ofSeconds(2);
    /// Events whose ancestors are fetched at one time, at most; others wait for
    /// [#retryWaiting].
    static final int FETCHING_MAX = 64;

    private final Rooms rooms;
    private final RemoteRooms remote;
    private final Catching catching;
    private final Handshakes handshakes;
    private final Aside aside;
    private final Backfilling filling;
    private final Merging merging;
    private final Semaphore fetching = new Semaphore(FETCHING_MAX);

    Inbound(
            Rooms rooms,
            RemoteRooms remote,
            Catching catching,
            Handshakes handshakes,
            Backfilling filling,
            Merging merging) {
        this.rooms = rooms;
        this.remote = remote;
        this.catching = catching;
        this.handshakes = handshakes;
        this.aside = new Aside(rooms);
        this.filling = filling;
        this.merging = merging;
    }

    @Override
    public Answer<Template> make(
            ServerName origin,
            RoomId room,
            UserId user,
            Membership membership,
            List<String> supported) {
        return handshakes.make(origin, room, user, membership, supported);
    }

    @Override
    public Answer<Accepted> accept(
            ServerName origin,
            RoomId room,
            EventId eventId,
            Membership membership,
            JsonObject pdu) {
        return handshakes.accept(origin, room, eventId, membership, pdu);
    }

    @Override
    public Answer<VerifiedPdu> invite(
            ServerName origin,
            RoomId room,
            RoomVersion version,
            JsonObject invite,
            List<JsonObject> strippedState) {
        return handshakes.invite(origin, room, version, invite, strippedState);
    }

    @Override
    public ReceiveOutcome receive(ServerName origin, JsonObject json) {
        return switch (admit(origin, json)) {
            case Admitted.Settled(ReceiveOutcome outcome) -> outcome;
            case Admitted.ToTake event ->
                taken(origin, event, catching.take(event.cell(), event.event()));
        };
    }

    @Override
    public List<ReceiveOutcome> receive(ServerName origin, List<JsonObject> pdus) {
        var together = new Together(this, origin);
        pdus.forEach(together::add);
        return together.outcomes();
    }

    /// An event after the checks that are made here.
    sealed interface Admitted {
        record Settled(ReceiveOutcome outcome) implements Admitted {}

        record ToTake(RoomCell cell, VerifiedPdu event, Pdu asSent) implements Admitted {}
    }

    Admitted admit(ServerName origin, JsonObject json) {
        Optional<RoomCell> cell =
                json.string("room_id").flatMap(RoomId::parse).flatMap(rooms::find);
        if (cell.isEmpty()) {
            return dropped("this server is not in the room");
        }
        RoomVersion version = cell.get().identity().version();
        return switch (Receipt.form(version, json)) {
            case ParsedPdu.Malformed(String reason) -> dropped(reason);
            case ParsedPdu.WellFormed(Pdu pdu) -> admit(origin, cell.get(), pdu);
        };
    }

    private static Admitted dropped(String reason) {
        return new Admitted.Settled(new ReceiveOutcome.Dropped(reason));
    }

    private Admitted admit(ServerName origin, RoomCell cell, Pdu pdu) {
        Committed room = cell.committed();
        if (!pdu.roomId().equals(cell.identity().roomId())) {
            return dropped("the event is in another room");
        }
        if (room.status() == RoomStatus.INVITED || room.status() == RoomStatus.KNOCKED) {
            return new Admitted.Settled(outOfBand(cell, pdu));
        }
        if (room.status() != RoomStatus.JOINED) {
            return dropped("this server is not in the room");
        }
        if (!ServerAcl.admits(room.state(), origin)) {
            return dropped("the room does not admit " + origin);
        }
        if (isKnown(room.state(), pdu.eventId())) {
            return new Admitted.Settled(new ReceiveOutcome.Known(pdu.eventId()));
        }
        return switch (remote.verify(pdu)) {
            case Verification.Bad(String reason) -> dropped(reason);
            case Verification.KeyUnavailable(String reason) ->
                new Admitted.Settled(
                        aside.keep(origin, cell, pdu)
                                ? new ReceiveOutcome.Waiting(pdu.eventId())
                                : new ReceiveOutcome.Unavailable(reason));
            case Verification.Good(VerifiedPdu event) -> new Admitted.ToTake(cell, event, pdu);
        };
    }

    private static boolean isKnown(RoomState state, EventId id) {
        return state.event(id).filter(event -> event.row().hasPlace()).isPresent();
    }

    Catching.Taking begin(Admitted.ToTake event) {
        return catching.begin(event.cell(), event.event());
    }

    ReceiveOutcome finish(ServerName origin, Admitted.ToTake event, Catching.Taking taking) {
        return taken(origin, event, catching.finish(taking));
    }

    private ReceiveOutcome taken(
            ServerName origin, Admitted.ToTake admitted, Catching.Taken taken) {
        RoomCell cell = admitted.cell();
        return switch (taken) {
            case Catching.Taken.Settled(ReceiveOutcome outcome) -> {
                merging.mergeIfNeeded(cell);
                yield outcome;
            }
            case Catching.Taken.Unavailable(Problem problem) ->
                new ReceiveOutcome.Unavailable(problem.message());
            case Catching.Taken.Lacking lacking -> {
                if (!aside.keep(origin, cell, admitted.asSent())) {
                    yield new ReceiveOutcome.Unavailable("the event could not be kept");
                }
                yield awaitAncestors(origin, cell, admitted.event());
            }
        };
    }

    /// Fetches in a thread of its own, and waits a little for the outcome.
    private ReceiveOutcome awaitAncestors(ServerName origin, RoomCell cell, VerifiedPdu event) {
        var waiting = new ReceiveOutcome.Waiting(event.eventId());
        if (!fetching.tryAcquire()) {
            return waiting;
        }
        var outcome = new CompletedOutcome();
        rooms.background().execute(() -> {
            try {
                outcome.tell(resolve(origin, cell, event));
                filling.fillMissed(cell);
            } finally {
                outcome.tell(waiting);
                fetching.release();
            }
        });
        return outcome.await(waiting);
    }

    /// Told once by the thread that fetches, awaited for a while by the one that serves the
    /// sender.
    private static final class CompletedOutcome {

        private final CountDownLatch told = new CountDownLatch(1);
        private volatile ReceiveOutcome outcome;

        void tell(ReceiveOutcome settled) {
            if (outcome == null) {
                outcome = settled;
                told.countDown();
            }
        }

        ReceiveOutcome await(ReceiveOutcome otherwise) {
            try {
                boolean done = told.await(ANCESTORS_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS);
                return done ? outcome : otherwise;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return otherwise;
            }
        }
    }

    private ReceiveOutcome resolve(ServerName origin, RoomCell cell, VerifiedPdu event) {
        ReentrantLock work = cell.remoteWork();
        if (!tryLock(work)) {
            return new ReceiveOutcome.Waiting(
                    event.eventId()); // it is done for others of this room
        }
        try {
            return switch (catching.catchUp(origin, cell, event)) {
                case Catching.Taken.Settled(ReceiveOutcome outcome) -> {
                    aside.drop(origin, event.eventId());
                    yield outcome;
                }
                case Catching.Taken.Unavailable unavailable ->
                    new ReceiveOutcome.Waiting(event.eventId());
                case Catching.Taken.Lacking lacking -> new ReceiveOutcome.Waiting(event.eventId());
            };
        } finally {
            work.unlock();
        }
    }

    /// One room with much to fetch must not take all the places from the others.
    private static boolean tryLock(ReentrantLock work) {
        try {
            return work.tryLock(ANCESTORS_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public int retryWaiting() {
        int waiting = 0;
        for (SetAside pdu : aside.round()) {
            waiting += retry(pdu) ? 0 : 1;
        }
        return waiting;
    }

    private boolean retry(SetAside kept) {
        Optional<RoomCell> cell = rooms.find(kept.roomNid());
        Optional<Pdu> pdu =
                cell.flatMap(room -> JsonParser.parseObject(kept.json(), JsonLimits.LAX_EVENT)
                        .object()
                        .flatMap(json ->
                                PduParser.parse(room.identity().version(), json).wellFormed()));
        boolean settled = pdu.isEmpty()
                || aside.isTooOld(kept)
                || !LocalMembership.isIn(cell.get())
                || retry(kept.origin(), cell.get(), pdu.get());
        if (settled) {
            aside.drop(kept.origin(), kept.eventId());
        }
        return settled;
    }

    private boolean retry(ServerName origin, RoomCell cell, Pdu pdu) {
        return switch (remote.verify(pdu)) {
            case Verification.Bad bad -> true;
            case Verification.KeyUnavailable unavailable -> false;
            case Verification.Good(VerifiedPdu event) ->
                !(resolve(origin, cell, event) instanceof ReceiveOutcome.Waiting);
        };
    }

    /// In a room that we know from an invite or a knock: the invite is withdrawn, or the knock
    /// refused. There is no state to check it by; so only the server that has invited, or that
    /// we knocked through, is believed: the sender must be who sent the invite.
    private ReceiveOutcome outOfBand(RoomCell cell, Pdu pdu) {
        Optional<UserId> target = pdu.type().equals(EventTypes.MEMBER)
                ? pdu.stateKey().flatMap(UserId::parse).filter(u -> u.server().equals(rooms.self()))
                : Optional.empty();
        boolean gone = pdu.membership()
                .filter(m -> m.equals("leave") || m.equals("ban"))
                .isPresent();
        if (target.isEmpty() || !gone || !isByInviter(cell, target.get(), pdu)) {
            return new ReceiveOutcome.Dropped("this server is not in the room");
        }
        return switch (remote.verify(pdu)) {
            case Verification.Bad(String reason) -> new ReceiveOutcome.Dropped(reason);
            case Verification.KeyUnavailable(String reason) ->
                new ReceiveOutcome.Unavailable(reason);
            case Verification.Good(VerifiedPdu event) -> {
                Membership membership =
                        Membership.ofWire(pdu.membership().orElseThrow()).orElseThrow();
                var decided = Deciding.decide(
                        cell, new RoomInput.OutOfBand(target.get(), membership, event, List.of()));
                yield decided instanceof Deciding.Decided.Done
                        ? new ReceiveOutcome.Accepted(pdu.eventId())
                        : new ReceiveOutcome.Unavailable("the event could not be kept");
            }
        };
    }

    private boolean isByInviter(RoomCell cell, UserId target, Pdu pdu) {
        return rooms.identities()
                .knownUserNid(target)
                .flatMap(userNid -> rooms.store().member(cell.nid(), userNid))
                .filter(member -> member.membership() == Membership.INVITE)
                .flatMap(member -> cell.committed().state().event(member.ev()))
                .filter(invite -> invite.place().equals(Optional.of(StateKey.member(target))))
                .filter(invite -> invite.row().sender().equals(pdu.sender()))
                .isPresent();
    }
}
