package im.holm.rooms;

import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.slice.UserSource;

import java.util.Optional;

/// What a member event tells of its user beside the membership.
final class ProfileContent {

    private final UserSource users;

    ProfileContent(UserSource users) {
        this.users = users;
    }

    /// Name and picture of a local user; nothing of another server's user.
    JsonObject of(UserId user, Optional<String> reason) {
        var content = JsonObject.builder();
        users.profile(user).ifPresent(profile -> {
            profile.displayName().ifPresent(name -> content.put("displayname", name));
            profile.avatarUrl().ifPresent(url -> content.put("avatar_url", url));
        });
        return content.putIfPresent("reason", reason.map(JsonString::new)).build();
    }
}
