package im.holm.messenger;

import im.holm.engine.RoomMembership;
import im.holm.engine.RoomMembership.ChangeMembership;
import im.holm.engine.RoomMembership.MembershipOutcome;
import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.platform.error.Problem;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.UserSource;

import java.util.List;
import java.util.Optional;

/// Entering and leaving threads, and inviting into them.
final class Entering {

    private final RoomMembership membership;
    private final UserSource users;

    Entering(RoomMembership membership, UserSource users) {
        this.membership = membership;
        this.users = users;
    }

    /// Accepts an invitation, through the inviter's server if this one is not in the room.
    Optional<Problem> accept(UserId user, RoomView view, StoredMember invited) {
        List<ServerName> via = view.events(new int[] {invited.ev()}).stream()
                .map(StoredEvent::row)
                .map(row -> row.sender().server())
                .toList();
        return change(user, user, view, Membership.JOIN, profile(user), via);
    }

    /// Leaves a thread, or declines an invitation.
    Optional<Problem> leave(UserId user, RoomView view, Optional<StoredMember> invited) {
        List<ServerName> via =
                invited
                        .map(member -> view.events(new int[] {member.ev()}))
                        .orElse(List.of())
                        .stream()
                        .map(event -> event.row().sender().server())
                        .toList();
        return change(user, user, view, Membership.LEAVE, JsonObject.EMPTY, via);
    }

    Optional<Problem> invite(UserId sender, UserId target, RoomView view, boolean oneToOne) {
        var content =
                oneToOne ? JsonObject.builder().put("is_direct", true).build() : JsonObject.EMPTY;
        return change(sender, target, view, Membership.INVITE, content, List.of());
    }

    /// What a user's member events say of them.
    JsonObject profile(UserId user) {
        var content = JsonObject.builder();
        users.profile(user).ifPresent(profile -> {
            profile.displayName().ifPresent(name -> content.put("displayname", name));
            profile.avatarUrl().ifPresent(url -> content.put("avatar_url", url));
        });
        return content.build();
    }

    private Optional<Problem> change(
            UserId sender,
            UserId target,
            RoomView view,
            Membership to,
            JsonObject content,
            List<ServerName> via) {
        var command =
                new ChangeMembership(sender, target, view.identity().roomId(), to, content, via);
        return switch (membership.change(command)) {
            case MembershipOutcome.Changed _, MembershipOutcome.Unchanged _ -> Optional.empty();
            case MembershipOutcome.Failed(Problem problem) -> Optional.of(problem);
        };
    }
}
