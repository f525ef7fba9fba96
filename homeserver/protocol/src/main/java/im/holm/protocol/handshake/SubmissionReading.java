package im.holm.protocol.handshake;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.id.UserId;

import java.util.Optional;

/// The resident server's second half of a handshake: is the event one that `make_join` and its
/// kind would have allowed?
public final class SubmissionReading {
    private SubmissionReading() {}

    public static SubmissionCheck check(
            Submission submission, RoomFacts room, RestrictedFacts restricted) {
        Optional<String> wrong = difference(submission, room);
        if (wrong.isPresent()) {
            return new SubmissionCheck.Refused(wrong.get());
        }
        Pdu event = submission.event();
        if (submission.kind() != HandshakeKind.JOIN) {
            return new SubmissionCheck.Acceptable(false);
        }
        Optional<UserId> ours = event.content()
                .string("join_authorised_via_users_server")
                .flatMap(UserId::parse)
                .filter(user -> user.server().equals(submission.us()));
        if (ours.isEmpty()) {
            return new SubmissionCheck.Acceptable(false);
        }
        return authorised(room, event, ours.get(), restricted);
    }

    /// We sign for our user only what `make_join` would have offered: the joining user meets a
    /// condition, and the user who is named may let them in. Where nobody needs to be named any
    /// more, a join that names one is not signed: on another branch of the room it might open a
    /// door that we have not looked at.
    private static SubmissionCheck authorised(
            RoomFacts room, Pdu event, UserId authoriser, RestrictedFacts restricted) {
        return switch (RestrictedJoins.permit(
                room.version(), room.state(), event.sender(), restricted)) {
            case JoinPermit.NotNeeded _ ->
                new SubmissionCheck.Refused("the join needs nobody to authorise it");
            case JoinPermit.By _ ->
                RestrictedJoins.mayAuthorise(room.version(), room.state(), authoriser)
                        ? new SubmissionCheck.Acceptable(true)
                        : new SubmissionCheck.NotPermitted(
                                new JoinPermit.UnableToGrant(authoriser + " may not invite"));
            case JoinPermit.UnableToGrant permit -> new SubmissionCheck.NotPermitted(permit);
            case JoinPermit.UnableToAuthorise permit -> new SubmissionCheck.NotPermitted(permit);
            case JoinPermit.Forbidden permit -> new SubmissionCheck.NotPermitted(permit);
        };
    }

    private static Optional<String> difference(Submission submission, RoomFacts room) {
        Pdu event = submission.event();
        String sender = event.sender().toString();
        if (!event.version().equals(room.version())) {
            return Optional.of("the event is of another room version");
        }
        if (!event.type().equals(EventTypes.MEMBER)) {
            return Optional.of("the event is no membership");
        }
        if (event.membership().filter(submission.kind().membership()::equals).isEmpty()) {
            return Optional.of("the membership is not " + submission.kind().membership());
        }
        if (!event.sender().server().equals(submission.origin())) {
            return Optional.of("the sender is not a user of " + submission.origin());
        }
        if (event.stateKey().filter(sender::equals).isEmpty()) {
            return Optional.of("the membership is another user's");
        }
        if (!event.roomId().equals(submission.roomId()) || !event.roomId().equals(room.roomId())) {
            return Optional.of("the event is in another room");
        }
        return event.eventId().equals(submission.eventId())
                ? Optional.empty()
                : Optional.of("the event has another id");
    }
}
