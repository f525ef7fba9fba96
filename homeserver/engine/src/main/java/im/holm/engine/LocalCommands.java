package im.holm.engine;

import im.holm.engine.Deciding.Decided;
import im.holm.engine.core.CreateEvent;
import im.holm.engine.core.RoomEffect.Verdict;
import im.holm.engine.core.RoomInput;
import im.holm.engine.core.RoomInput.LocalEvent;
import im.holm.engine.core.RoomStatus;
import im.holm.engine.core.TxnKey;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.signing.SignedEvent;

import java.util.List;
import java.util.Optional;

/// Local users' rooms and events.
final class LocalCommands implements RoomCommands {

    private static final String ROOM_ID_LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ROOM_ID_LENGTH = 18;

    private final Rooms rooms;

    LocalCommands(Rooms rooms) {
        this.rooms = rooms;
    }

    @Override
    public CreateOutcome create(CreateRoom command) {
        if (command.events().size() > CreateRoom.EVENTS_MAX) {
            return new CreateOutcome.Failed(Problem.of(
                    ErrorCode.INVALID_PARAM,
                    "at most " + CreateRoom.EVENTS_MAX + " initial events"));
        }
        var signed = CreateEvent.sign(
                command.version(),
                Optional.of(randomRoomId()),
                command.creator(),
                command.createContent(),
                rooms.signer(),
                rooms.now());
        return switch (signed) {
            case SignedEvent.Refused(boolean tooLarge, String reason) ->
                new CreateOutcome.Failed(Problem.of(
                        tooLarge ? ErrorCode.EVENT_TOO_LARGE : ErrorCode.BAD_JSON, reason));
            case SignedEvent.Signed(VerifiedPdu create) -> create(command, create);
        };
    }

    private CreateOutcome create(CreateRoom command, VerifiedPdu create) {
        RoomId roomId = create.pdu().roomId();
        RoomCell cell =
                rooms.findOrNew(roomId, command.version(), command.kind(), RoomStatus.JOINED);
        List<LocalEvent> events = command.events().stream()
                .map(event -> new LocalEvent(event.type(), event.stateKey(), event.content()))
                .toList();
        return switch (Deciding.decide(cell, new RoomInput.Create(create, events))) {
            case Decided.Done done -> {
                rooms.keep(cell);
                yield new CreateOutcome.Created(
                        roomId, cell.nid(), done.positions()[done.positions().length - 1]);
            }
            case Decided.Duplicate duplicate ->
                throw new IllegalStateException("a create event has no transaction id");
            case Decided.Failed(Problem problem) -> new CreateOutcome.Failed(badState(problem));
        };
    }

    /// What the auth rules say about the first events is about what the client asked for, not
    /// about who asks.
    private static Problem badState(Problem problem) {
        return problem.code() == ErrorCode.FORBIDDEN || problem.code() == ErrorCode.BAD_JSON
                ? Problem.of(ErrorCode.INVALID_ROOM_STATE, problem.message())
                : problem;
    }

    @Override
    public SendOutcome send(SendEvent command) {
        Optional<RoomCell> cell = rooms.find(command.room())
                .filter(room -> room.committed().status() == RoomStatus.JOINED);
        if (cell.isEmpty()) {
            return new SendOutcome.Failed(Problems.notInRoom());
        }
        var event = new LocalEvent(
                command.type(),
                command.stateKey(),
                command.content(),
                command.redacts(),
                command.txn(),
                command.originTs());
        var input = new RoomInput.Command(command.sender(), List.of(event));
        return switch (Deciding.decide(cell.get(), input)) {
            case Decided.Done done -> {
                rooms.keep(cell.get());
                yield sent(done);
            }
            case Decided.Duplicate(EventId first) -> new SendOutcome.Duplicate(first);
            case Decided.Failed(Problem problem) ->
                sentBefore(cell.get(), command.txn(), problem)
                        .<SendOutcome>map(SendOutcome.Duplicate::new)
                        .orElseGet(() -> new SendOutcome.Failed(problem));
        };
    }

    private static SendOutcome sent(Decided.Done done) {
        return switch (done.verdicts().getFirst()) {
            case Verdict.Accepted(VerifiedPdu event, int ev, int fact) ->
                new SendOutcome.Sent(
                        event.eventId(), event.pdu().originServerTs(), done.position(fact));
            case Verdict other ->
                throw new IllegalStateException("an own event was not accepted: " + other);
        };
    }

    /// A repeat is answered with the first event, also by a user who may no longer send. A
    /// database that takes nothing is not asked either: who repeats later gets the answer then.
    private Optional<EventId> sentBefore(RoomCell cell, Optional<TxnKey> txn, Problem problem) {
        if (problem.code() == ErrorCode.UNAVAILABLE) {
            return Optional.empty();
        }
        return txn.flatMap(
                key -> rooms.store().byTransaction(cell.nid(), key.deviceNid(), key.key()));
    }

    private RoomId randomRoomId() {
        var opaque = new StringBuilder("!");
        for (int i = 0; i < ROOM_ID_LENGTH; i++) {
            opaque.append(ROOM_ID_LETTERS.charAt(rooms.random().nextInt(ROOM_ID_LETTERS.length())));
        }
        return RoomId.of(opaque + ":" + rooms.self());
    }
}
