package im.holm.engine;

import im.holm.engine.Deciding.Decided;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomEffect.Verdict;
import im.holm.engine.core.RoomInput;
import im.holm.engine.core.RoomInput.LocalEvent;
import im.holm.engine.core.RoomStatus;
import im.holm.engine.core.RoomStep.Proposal;
import im.holm.engine.port.RemoteMembership;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.handshake.JoinPermit;
import im.holm.protocol.handshake.RestrictedJoins;
import im.holm.protocol.handshake.StrippedState;
import im.holm.protocol.json.JsonObject;

import java.util.List;
import java.util.Optional;

/// Memberships that local users change. In a room that this server is in they are events like
/// others, but for two things: an invite of another server's user is signed by that server first,
/// and a restricted join names who vouches for it. All else goes through a server that is in the
/// room ([RemoteEntry]).
final class LocalMembership implements RoomMembership {

    private static final String AUTHORISED_VIA = "join_authorised_via_users_server";

    private final Rooms rooms;
    private final RestrictedKnowledge restricted;
    private final RemoteMembership remote;
    private final RemoteEntry entry;
    private final InvitesUnderWay invites;

    LocalMembership(
            Rooms rooms,
            RestrictedKnowledge restricted,
            RemoteMembership remote,
            RemoteEntry entry,
            InvitesUnderWay invites) {
        this.rooms = rooms;
        this.restricted = restricted;
        this.remote = remote;
        this.entry = entry;
        this.invites = invites;
    }

    @Override
    public MembershipOutcome change(ChangeMembership command) {
        Optional<RoomCell> cell = rooms.find(command.room()).filter(LocalMembership::isIn);
        return cell.isPresent() ? here(cell.get(), command) : entry.change(command);
    }

    static boolean isIn(RoomCell cell) {
        return cell.committed().status() == RoomStatus.JOINED;
    }

    private MembershipOutcome here(RoomCell cell, ChangeMembership command) {
        JsonObject content = content(command);
        if (isSo(cell, command, content)) {
            return new MembershipOutcome.Unchanged();
        }
        boolean remoteInvite = command.membership() == Membership.INVITE
                && !command.target().server().equals(rooms.self());
        if (remoteInvite) {
            return inviteElsewhere(cell, command, content);
        }
        if (command.membership() == Membership.JOIN) {
            return join(cell, command, content);
        }
        return send(cell, command, content);
    }

    static JsonObject content(ChangeMembership command) {
        return command.content()
                .without(AUTHORISED_VIA)
                .with("membership", command.membership().wire());
    }

    /// Whether the membership and all that goes with it is as asked; leaving a room that one
    /// has left is nothing, whatever the reason given.
    private static boolean isSo(RoomCell cell, ChangeMembership command, JsonObject content) {
        return cell.withLock(state -> state.current(StateKey.member(command.target()))
                .map(event -> event.pdu().content())
                .filter(now -> {
                    boolean left = command.membership() == Membership.LEAVE
                            && command.sender().equals(command.target())
                            && now.string("membership").filter("leave"::equals).isPresent();
                    return left || now.without(AUTHORISED_VIA).equals(content);
                })
                .isPresent());
    }

    private MembershipOutcome join(RoomCell cell, ChangeMembership command, JsonObject content) {
        var version = cell.identity().version();
        var state = cell.committed().state();
        JoinPermit permit = RestrictedJoins.permit(
                version,
                state.authState(state.current()),
                command.target(),
                restricted.about(cell, command.target()));
        return switch (permit) {
            case JoinPermit.NotNeeded notNeeded -> send(cell, command, content);
            case JoinPermit.By(var authoriser) ->
                send(cell, command, content.with(AUTHORISED_VIA, authoriser.toString()));
            case JoinPermit.UnableToGrant unable -> entry.joinElsewhere(cell, command);
            case JoinPermit.UnableToAuthorise unable -> entry.joinElsewhere(cell, command);
            case JoinPermit.Forbidden(String reason) ->
                failed(Problem.of(ErrorCode.FORBIDDEN, reason));
        };
    }

    private MembershipOutcome send(RoomCell cell, ChangeMembership command, JsonObject content) {
        var input = new RoomInput.Command(command.sender(), List.of(event(command, content)));
        return outcome(Deciding.decide(cell, input));
    }

    private static LocalEvent event(ChangeMembership command, JsonObject content) {
        return new LocalEvent(EventTypes.MEMBER, Optional.of(command.target().toString()), content);
    }

    private MembershipOutcome inviteElsewhere(
            RoomCell cell, ChangeMembership command, JsonObject content) {
        return switch (cell.propose(command.sender(), event(command, content))) {
            case Proposal.Refused(var refusal, String reason) ->
                failed(Problem.of(ErrorCode.FORBIDDEN, reason));
            case Proposal.Lacking lacking ->
                throw new IllegalStateException("a proposal was not complete");
            case Proposal.Made(VerifiedPdu invite) -> {
                try (var _ = invites.begin(cell.nid(), command.target())) {
                    yield haveSigned(cell, command, invite);
                }
            }
        };
    }

    private MembershipOutcome haveSigned(
            RoomCell cell, ChangeMembership command, VerifiedPdu invite) {
        var state = cell.committed().state();
        List<VerifiedPdu> shown =
                StrippedState.select(state.authState(state.current()), command.sender()).stream()
                        .map(VerifiedPdu::new)
                        .toList();
        var via = List.copyOf(state.serversJoined());
        var answer = remote.invite(command.target().server(), invite, shown, via);
        return switch (answer) {
            case RemoteMembership.Answer.Failed<VerifiedPdu>(Problem problem) -> failed(problem);
            case RemoteMembership.Answer.Done<VerifiedPdu>(VerifiedPdu signed) -> {
                if (!signed.eventId().equals(invite.eventId())) {
                    yield failed(Problem.of(
                            ErrorCode.BAD_GATEWAY, "the other server signed another event"));
                }
                yield outcome(Deciding.decide(cell, new RoomInput.Pdu(signed)));
            }
        };
    }

    static MembershipOutcome outcome(Decided decided) {
        return switch (decided) {
            case Decided.Failed(Problem problem) -> failed(problem);
            case Decided.Duplicate duplicate ->
                throw new IllegalStateException("a membership has no transaction id");
            case Decided.Done done
            when done.verdicts().isEmpty() ->
                failed(Problems.unavailable(
                        "the room's history is being fetched", Problems.RETRY_AFTER_MS));
            case Decided.Done done ->
                switch (done.verdicts().getLast()) {
                    case Verdict.Accepted(VerifiedPdu event, int ev, int fact) ->
                        new MembershipOutcome.Changed(event.eventId(), done.position(fact));
                    case Verdict.Known known -> new MembershipOutcome.Unchanged();
                    case Verdict.SoftFailed(var id, String reason) ->
                        failed(Problem.of(ErrorCode.FORBIDDEN, reason));
                    case Verdict.Rejected(var id, String reason) ->
                        failed(Problem.of(ErrorCode.FORBIDDEN, reason));
                };
        };
    }

    static MembershipOutcome failed(Problem problem) {
        return new MembershipOutcome.Failed(problem);
    }
}
