package im.holm.engine;

import im.holm.engine.InboundRooms.Accepted;
import im.holm.engine.InboundRooms.Answer;
import im.holm.engine.InboundRooms.ReceiveOutcome;
import im.holm.engine.InboundRooms.Template;
import im.holm.engine.core.EventFlags;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomInput;
import im.holm.engine.core.RoomKind;
import im.holm.engine.core.RoomState;
import im.holm.engine.core.RoomStatus;
import im.holm.engine.core.ServerAcl;
import im.holm.engine.port.RemoteRooms;
import im.holm.engine.port.RemoteRooms.Verification;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.event.ParsedPdu;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.handshake.HandshakeKind;
import im.holm.protocol.handshake.InviteCheck;
import im.holm.protocol.handshake.InviteReading;
import im.holm.protocol.handshake.InviteRequest;
import im.holm.protocol.handshake.JoinPermit;
import im.holm.protocol.handshake.StrippedState;
import im.holm.protocol.handshake.Submission;
import im.holm.protocol.handshake.SubmissionCheck;
import im.holm.protocol.handshake.SubmissionReading;
import im.holm.protocol.handshake.TemplateAnswer;
import im.holm.protocol.handshake.TemplateMaking;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.receipt.Evidence.Signatures;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.version.RoomVersion;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Other servers' users who join, leave or knock through us, and invites for ours (server-server
/// API, "Joining rooms", "Inviting to a room", "Leaving rooms").
final class Handshakes {

    private final Rooms rooms;
    private final RemoteRooms remote;
    private final RestrictedKnowledge restricted;
    private final Catching catching;
    private final InvitesUnderWay invites;

    Handshakes(
            Rooms rooms,
            RemoteRooms remote,
            RestrictedKnowledge restricted,
            Catching catching,
            InvitesUnderWay invites) {
        this.rooms = rooms;
        this.remote = remote;
        this.restricted = restricted;
        this.catching = catching;
        this.invites = invites;
    }

    private static <T> Answer<T> failed(ErrorCode code, String reason) {
        return new Answer.Failed<>(Problem.of(code, reason));
    }

    private sealed interface Entrance {
        record Open(RoomCell cell, HandshakeKind kind) implements Entrance {}

        record Closed(Problem problem) implements Entrance {}
    }

    /// The room, if this server can speak for it to the other.
    private Entrance entrance(ServerName origin, RoomId room, Membership membership) {
        Optional<HandshakeKind> kind = kind(membership);
        Optional<RoomCell> cell = rooms.find(room).filter(LocalMembership::isIn);
        if (kind.isEmpty()) {
            return new Entrance.Closed(
                    Problem.of(ErrorCode.INVALID_PARAM, "not a membership that can be handed in"));
        }
        if (cell.isEmpty()) {
            return new Entrance.Closed(
                    Problem.of(ErrorCode.NOT_FOUND, "this server is not in the room"));
        }
        return ServerAcl.admits(cell.get().committed().state(), origin)
                ? new Entrance.Open(cell.get(), kind.get())
                : new Entrance.Closed(
                        Problem.of(ErrorCode.FORBIDDEN, "the room does not admit your server"));
    }

    private static Optional<HandshakeKind> kind(Membership membership) {
        return switch (membership) {
            case JOIN -> Optional.of(HandshakeKind.JOIN);
            case LEAVE -> Optional.of(HandshakeKind.LEAVE);
            case KNOCK -> Optional.of(HandshakeKind.KNOCK);
            case INVITE, BAN -> Optional.empty();
        };
    }

    Answer<Template> make(
            ServerName origin,
            RoomId room,
            UserId user,
            Membership membership,
            List<String> supported) {
        if (!user.server().equals(origin)) {
            return failed(ErrorCode.FORBIDDEN, user + " is not a user of " + origin);
        }
        return switch (entrance(origin, room, membership)) {
            case Entrance.Closed(Problem problem) -> new Answer.Failed<>(problem);
            case Entrance.Open(RoomCell cell, HandshakeKind kind) ->
                make(cell, kind, user, supported);
        };
    }

    private Answer<Template> make(
            RoomCell cell, HandshakeKind kind, UserId user, List<String> supported) {
        invites.settle(cell.nid(), user);
        var answer = TemplateMaking.make(
                kind,
                user,
                Set.copyOf(supported),
                cell.withLock(RoomState::facts),
                restricted.about(cell, user),
                rooms.now().toEpochMilli());
        return switch (answer) {
            case TemplateAnswer.Template(RoomVersion version, JsonObject event) ->
                new Answer.Done<>(new Template(version, event));
            case TemplateAnswer.IncompatibleVersion(RoomVersion version) ->
                new Answer.Failed<>(Problem.of(
                                ErrorCode.INCOMPATIBLE_ROOM_VERSION,
                                "the room has version " + version)
                        .with("room_version", version.id()));
            case TemplateAnswer.Forbidden(String rule, String reason) ->
                failed(ErrorCode.FORBIDDEN, reason);
            case TemplateAnswer.UnableToAuthorise(String reason) ->
                failed(ErrorCode.UNABLE_TO_AUTHORISE_JOIN, reason);
            case TemplateAnswer.UnableToGrant(String reason) ->
                failed(ErrorCode.UNABLE_TO_GRANT_JOIN, reason);
        };
    }

    Answer<Accepted> accept(
            ServerName origin,
            RoomId room,
            EventId eventId,
            Membership membership,
            JsonObject json) {
        return switch (entrance(origin, room, membership)) {
            case Entrance.Closed(Problem problem) -> new Answer.Failed<>(problem);
            case Entrance.Open(RoomCell cell, HandshakeKind kind) ->
                switch (PduParser.parse(cell.identity().version(), json)) {
                    case ParsedPdu.Malformed(String reason) -> failed(ErrorCode.BAD_JSON, reason);
                    case ParsedPdu.WellFormed(Pdu event) ->
                        accept(
                                cell,
                                new Submission(kind, origin, room, eventId, event, rooms.self()));
                };
        };
    }

    private Answer<Accepted> accept(RoomCell cell, Submission submission) {
        var check = SubmissionReading.check(
                submission,
                cell.withLock(RoomState::facts),
                restricted.about(cell, submission.event().sender()));
        return switch (check) {
            case SubmissionCheck.Refused(String reason) -> failed(ErrorCode.INVALID_PARAM, reason);
            case SubmissionCheck.NotPermitted(JoinPermit permit) -> notPermitted(permit);
            case SubmissionCheck.Acceptable(boolean needsOurs) -> {
                Pdu event = needsOurs ? cosigned(submission.event()) : submission.event();
                yield verified(cell, submission.kind(), submission.origin(), event);
            }
        };
    }

    private Pdu cosigned(Pdu event) {
        JsonObject signed = EventSigning.cosign(event.version(), event.json(), rooms.signer());
        return PduParser.parse(event.version(), signed).wellFormed().orElse(event);
    }

    private static Answer<Accepted> notPermitted(JoinPermit permit) {
        return switch (permit) {
            case JoinPermit.Forbidden(String reason) -> failed(ErrorCode.FORBIDDEN, reason);
            case JoinPermit.UnableToAuthorise(String reason) ->
                failed(ErrorCode.UNABLE_TO_AUTHORISE_JOIN, reason);
            case JoinPermit.UnableToGrant(String reason) ->
                failed(ErrorCode.UNABLE_TO_GRANT_JOIN, reason);
            case JoinPermit.NotNeeded needless -> throw new IllegalStateException("permitted");
            case JoinPermit.By by -> throw new IllegalStateException("permitted");
        };
    }

    private Answer<Accepted> verified(
            RoomCell cell, HandshakeKind kind, ServerName origin, Pdu event) {
        return switch (remote.verify(event)) {
            case Verification.Bad(String reason) -> failed(ErrorCode.FORBIDDEN, reason);
            case Verification.KeyUnavailable(String reason) ->
                new Answer.Failed<>(Problems.unavailable(reason, Problems.RETRY_AFTER_MS));
            case Verification.Good(VerifiedPdu verified) -> {
                // A hash that does not match gives the redacted form: then it is
                // not what was handed in.
                if (!verified.pdu().content().equals(event.content())) {
                    yield failed(ErrorCode.BAD_JSON, "the content is not what its hash says");
                }
                yield settle(cell, kind, catching.take(cell, verified), verified);
            }
        };
    }

    private Answer<Accepted> settle(
            RoomCell cell, HandshakeKind kind, Catching.Taken taken, VerifiedPdu event) {
        return switch (taken) {
            case Catching.Taken.Lacking lacking ->
                failed(ErrorCode.FORBIDDEN, "the event refers to events that are not known here");
            case Catching.Taken.Unavailable(Problem problem) -> new Answer.Failed<>(problem);
            case Catching.Taken.Settled(ReceiveOutcome outcome) ->
                switch (outcome) {
                    case ReceiveOutcome.Accepted accepted -> answer(cell, kind, event);
                    case ReceiveOutcome.Known known -> answer(cell, kind, event);
                    case ReceiveOutcome.SoftFailed(EventId id, String reason) ->
                        failed(ErrorCode.FORBIDDEN, reason);
                    case ReceiveOutcome.Rejected(EventId id, String reason) ->
                        failed(ErrorCode.FORBIDDEN, reason);
                    case ReceiveOutcome.Dropped(String reason) ->
                        failed(ErrorCode.BAD_JSON, reason);
                    case ReceiveOutcome.Waiting waiting ->
                        failed(ErrorCode.FORBIDDEN, "the event's ancestors are not known here");
                    case ReceiveOutcome.Unavailable(String reason) ->
                        new Answer.Failed<>(Problems.unavailable(reason, Problems.RETRY_AFTER_MS));
                };
        };
    }

    private Answer<Accepted> answer(RoomCell cell, HandshakeKind kind, VerifiedPdu event) {
        RoomState state = cell.committed().state();
        var reading = new StateReading(rooms, cell);
        EventRow row = state.event(event.eventId()).orElseThrow().row();
        boolean rejected = row.has(EventFlags.REJECTED);
        if (rejected) {
            return failed(ErrorCode.FORBIDDEN, "the event was rejected before");
        }
        return new Answer.Done<>(
                switch (kind) {
                    case JOIN -> {
                        StateReading.StateAt at = reading.before(row);
                        yield new Accepted(
                                cell.identity().version(),
                                event,
                                at.state(),
                                at.authChain(),
                                List.copyOf(state.serversJoined()));
                    }
                    case KNOCK ->
                        new Accepted(
                                cell.identity().version(),
                                event,
                                StrippedState.select(state.authState(state.current())).stream()
                                        .map(VerifiedPdu::new)
                                        .toList(),
                                List.of(),
                                List.of());
                    case LEAVE ->
                        new Accepted(
                                cell.identity().version(), event, List.of(), List.of(), List.of());
                });
    }

    Answer<VerifiedPdu> invite(
            ServerName origin,
            RoomId room,
            RoomVersion version,
            JsonObject json,
            List<JsonObject> told) {
        return switch (PduParser.parse(version, json)) {
            case ParsedPdu.Malformed(String reason) -> failed(ErrorCode.BAD_JSON, reason);
            case ParsedPdu.WellFormed(Pdu event) -> {
                var request =
                        new InviteRequest(origin, room, event.eventId(), event, told, rooms.self());
                Optional<String> wrong = InviteReading.refusal(request);
                if (wrong.isPresent()) {
                    yield failed(ErrorCode.INVALID_PARAM, wrong.get());
                }
                yield switch (remote.verify(event)) {
                    case Verification.Bad(String reason) -> failed(ErrorCode.FORBIDDEN, reason);
                    case Verification.KeyUnavailable(String reason) ->
                        new Answer.Failed<>(Problems.unavailable(reason, Problems.RETRY_AFTER_MS));
                    case Verification.Good(VerifiedPdu verified) ->
                        verified.pdu().content().equals(event.content())
                                ? invited(request, new VerifiedPdu(cosigned(event)))
                                : failed(
                                        ErrorCode.BAD_JSON,
                                        "the content is not what its hash says");
                };
            }
        };
    }

    private Answer<VerifiedPdu> invited(InviteRequest request, VerifiedPdu signed) {
        Optional<RoomCell> known = rooms.find(request.roomId()).filter(LocalMembership::isIn);
        if (known.isPresent()) {
            if (!ServerAcl.admits(known.get().committed().state(), request.origin())) {
                return failed(ErrorCode.FORBIDDEN, "the room does not admit your server");
            }
            // The inviter puts it into the room and sends it; here it is taken at once
            // if that is possible.
            return switch (catching.take(known.get(), signed)) {
                case Catching.Taken.Settled(ReceiveOutcome.Rejected(EventId id, String reason)) ->
                    failed(ErrorCode.FORBIDDEN, reason);
                case Catching.Taken.Settled settled -> new Answer.Done<>(signed);
                case Catching.Taken.Lacking lacking -> new Answer.Done<>(signed);
                case Catching.Taken.Unavailable(Problem problem) -> new Answer.Failed<>(problem);
            };
        }
        return switch (InviteReading.withState(request, signed, new Patience()::signatures)) {
            case InviteCheck.Refused(String reason) -> failed(ErrorCode.INVALID_PARAM, reason);
            case InviteCheck.Acceptable(VerifiedPdu invite, List<JsonObject> shown) ->
                keep(invite, shown);
        };
    }

    private Answer<VerifiedPdu> keep(VerifiedPdu invite, List<JsonObject> shown) {
        Pdu event = invite.pdu();
        RoomCell cell = rooms.findOrNew(
                event.roomId(), event.version(), RoomKind.PLAIN, RoomStatus.INVITED);
        if (!cell.identity().version().equals(event.version())) {
            return failed(ErrorCode.INVALID_PARAM, "this room is known with another room version");
        }
        UserId target = event.stateKey().flatMap(UserId::parse).orElseThrow();
        var input = new RoomInput.OutOfBand(target, Membership.INVITE, invite, shown);
        return switch (Deciding.decide(cell, input)) {
            case Deciding.Decided.Done done -> new Answer.Done<>(invite);
            case Deciding.Decided.Duplicate duplicate -> new Answer.Done<>(invite);
            case Deciding.Decided.Failed(Problem problem) -> new Answer.Failed<>(problem);
        };
    }

    /// Checks the events that come with one invite. Each may cost a look-up of a key at a
    /// server that does not answer: after some of them, no more are made.
    private final class Patience {

        private static final int KEYS_MISSING_MAX = 3;

        private int missing;

        Signatures signatures(Pdu event) {
            if (missing >= KEYS_MISSING_MAX) {
                return new Signatures.Unknown("too many keys cannot be had");
            }
            return switch (remote.verify(event)) {
                case Verification.Good(VerifiedPdu good) -> new Signatures.Good(good);
                case Verification.Bad(String reason) -> new Signatures.Bad(reason);
                case Verification.KeyUnavailable(String reason) -> {
                    missing++;
                    yield new Signatures.Unknown(reason);
                }
            };
        }
    }
}
