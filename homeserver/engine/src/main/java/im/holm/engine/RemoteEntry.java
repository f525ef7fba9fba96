package im.holm.engine;

import im.holm.engine.RoomMembership.ChangeMembership;
import im.holm.engine.RoomMembership.MembershipOutcome;
import im.holm.engine.core.KnownEvent;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomInput;
import im.holm.engine.core.RoomKind;
import im.holm.engine.core.RoomStatus;
import im.holm.engine.port.RemoteMembership;
import im.holm.engine.port.RemoteMembership.Answer;
import im.holm.engine.port.RemoteMembership.Joined;
import im.holm.engine.port.RemoteMembership.Knocked;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.EventLimits;
import im.holm.protocol.event.EventReference;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.version.RoomVersion;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Entering and leaving rooms that this server is not in, through a server that is.
final class RemoteEntry {

    private final Rooms rooms;
    private final RemoteMembership remote;

    RemoteEntry(Rooms rooms, RemoteMembership remote) {
        this.rooms = rooms;
        this.remote = remote;
    }

    MembershipOutcome change(ChangeMembership command) {
        Optional<RoomCell> cell = rooms.find(command.room());
        boolean own = command.sender().equals(command.target());
        return switch (command.membership()) {
            case JOIN -> join(cell, command);
            case KNOCK -> knock(cell, command);
            case LEAVE -> own ? leave(cell, command) : notInRoom();
            case INVITE, BAN -> notInRoom();
        };
    }

    private static MembershipOutcome notInRoom() {
        return LocalMembership.failed(Problems.notInRoom());
    }

    private static MembershipOutcome nobodyToAsk() {
        return LocalMembership.failed(
                Problem.of(ErrorCode.NOT_FOUND, "no server is known that is in this room"));
    }

    /// A join that this server, although it is in the room, cannot authorise.
    MembershipOutcome joinElsewhere(RoomCell cell, ChangeMembership command) {
        return ask(Optional.of(cell), command);
    }

    private MembershipOutcome join(Optional<RoomCell> cell, ChangeMembership command) {
        if (cell.isEmpty()) {
            return ask(cell, command);
        }
        // Two users who enter one room at a time need one copy of it.
        cell.get().remoteWork().lock();
        try {
            return ask(cell, command);
        } finally {
            cell.get().remoteWork().unlock();
        }
    }

    private MembershipOutcome ask(Optional<RoomCell> cell, ChangeMembership command) {
        List<ServerName> via = via(cell, command);
        if (via.isEmpty()) {
            return nobodyToAsk();
        }
        var answer = remote.join(
                command.target(), command.room(), via, command.content().without("membership"));
        return switch (answer) {
            case Answer.Failed<Joined>(Problem problem) -> LocalMembership.failed(problem);
            case Answer.Done<Joined>(Joined joined) -> enter(command, joined);
        };
    }

    private MembershipOutcome enter(ChangeMembership command, Joined joined) {
        Pdu event = joined.event().pdu();
        boolean asked = event.roomId().equals(command.room())
                && event.statePlace().equals(Optional.of(StateKey.member(command.target())))
                && event.membership().equals(Optional.of(Membership.JOIN.wire()));
        if (!asked) {
            return LocalMembership.failed(Problem.of(
                    ErrorCode.BAD_GATEWAY, "the other server answered with another event"));
        }
        RoomCell cell =
                rooms.findOrNew(command.room(), joined.version(), RoomKind.PLAIN, RoomStatus.LEFT);
        if (!cell.identity().version().equals(joined.version())) {
            return LocalMembership.failed(Problem.of(
                    ErrorCode.INCOMPATIBLE_ROOM_VERSION,
                    "the room was announced with another room version"));
        }
        var input =
                new RoomInput.WithState(joined.event(), joined.state(), joined.authChain(), true);
        MembershipOutcome outcome = LocalMembership.outcome(Deciding.decide(cell, input));
        rooms.keep(cell);
        return outcome;
    }

    private MembershipOutcome knock(Optional<RoomCell> cell, ChangeMembership command) {
        List<ServerName> via = via(cell, command);
        if (via.isEmpty()) {
            return nobodyToAsk();
        }
        var answer = remote.knock(
                command.target(), command.room(), via, command.content().without("membership"));
        return switch (answer) {
            case Answer.Failed<Knocked>(Problem problem) -> LocalMembership.failed(problem);
            case Answer.Done<Knocked>(Knocked knocked) -> {
                RoomCell entered = rooms.findOrNew(
                        command.room(), knocked.version(), RoomKind.PLAIN, RoomStatus.KNOCKED);
                yield LocalMembership.outcome(Deciding.decide(
                        entered,
                        new RoomInput.OutOfBand(
                                command.target(),
                                Membership.KNOCK,
                                knocked.event(),
                                knocked.strippedState())));
            }
        };
    }

    /// Rejects an invite or withdraws a knock. If no server of the room can be reached, it is
    /// done here alone: nobody is held in a list by a server that is gone.
    private MembershipOutcome leave(Optional<RoomCell> cell, ChangeMembership command) {
        Optional<StoredMember> member = cell.flatMap(room -> member(room, command.target()));
        if (member.isEmpty()) {
            return LocalMembership.failed(
                    Problem.of(ErrorCode.NOT_FOUND, "the user is not in this room"));
        }
        return switch (member.get().membership()) {
            case LEAVE -> new MembershipOutcome.Unchanged();
            case BAN ->
                LocalMembership.failed(
                        Problem.of(ErrorCode.FORBIDDEN, "the user is banned from this room"));
            case INVITE, KNOCK, JOIN -> leave(cell.get(), member.get(), command);
        };
    }

    private MembershipOutcome leave(RoomCell cell, StoredMember member, ChangeMembership command) {
        List<ServerName> via = via(Optional.of(cell), command);
        var answer = via.isEmpty()
                ? new Answer.Failed<VerifiedPdu>(Problem.of(ErrorCode.NOT_FOUND))
                : remote.leave(
                        command.target(),
                        command.room(),
                        via,
                        command.content().without("membership"));
        Optional<VerifiedPdu> left = switch (answer) {
            case Answer.Done<VerifiedPdu>(VerifiedPdu event) -> Optional.of(event);
            case Answer.Failed<VerifiedPdu> failed -> leaveAlone(cell, member, command);
        };
        return left.map(event -> LocalMembership.outcome(Deciding.decide(
                        cell,
                        new RoomInput.OutOfBand(
                                command.target(), Membership.LEAVE, event, List.of()))))
                .orElseGet(RemoteEntry::nobodyToAsk);
    }

    private Optional<VerifiedPdu> leaveAlone(
            RoomCell cell, StoredMember member, ChangeMembership command) {
        KnownEvent last = cell.committed().state().event(member.ev()).orElseThrow();
        RoomVersion version = cell.identity().version();
        var draft = new EventDraft(
                        Optional.of(command.room()),
                        command.target(),
                        EventTypes.MEMBER,
                        Optional.of(command.target().toString()),
                        LocalMembership.content(command),
                        List.of(last.row().eventId()),
                        List.of(last.row().eventId()),
                        EventLimits.depthAfter(version, last.row().depth()),
                        rooms.now().toEpochMilli())
                .withHashes(EventReference.hashesOf(List.of(last.pdu())));
        return switch (EventSigning.sign(version, draft, rooms.signer())) {
            case SignedEvent.Signed(VerifiedPdu event) -> Optional.of(event);
            case SignedEvent.Refused refused -> Optional.empty();
        };
    }

    private Optional<StoredMember> member(RoomCell cell, UserId user) {
        return rooms.identities()
                .knownUserNid(user)
                .flatMap(userNid -> rooms.store().member(cell.nid(), userNid));
    }

    /// Whom to ask: the servers that the client names, whoever invited, who was in the room
    /// when we were, the server in the room's id.
    private List<ServerName> via(Optional<RoomCell> cell, ChangeMembership command) {
        Set<ServerName> servers = new LinkedHashSet<>(command.via());
        cell.flatMap(room -> member(room, command.target())
                        .flatMap(member -> room.committed().state().event(member.ev())))
                .ifPresent(event -> servers.add(event.row().sender().server()));
        cell.ifPresent(room -> servers.addAll(room.committed().state().serversJoined()));
        command.room().server().ifPresent(servers::add);
        servers.remove(rooms.self());
        List<ServerName> list = new ArrayList<>(servers);
        return list.subList(0, Math.min(list.size(), ChangeMembership.VIA_MAX));
    }
}
