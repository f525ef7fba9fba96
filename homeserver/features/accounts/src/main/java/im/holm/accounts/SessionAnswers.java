package im.holm.accounts;

import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;

import java.util.Optional;

/// What `/login`, `/register` and `/refresh` answer with.
final class SessionAnswers {

    private SessionAnswers() {}

    static JsonObject signedIn(UserId user, Optional<Sessions.Opened> session) {
        var body = JsonObject.builder()
                .put("user_id", user.toString())
                .put("home_server", user.server().text());
        session.ifPresent(
                opened -> body.put("device_id", opened.deviceId()).putAll(tokens(opened)));
        return body.build();
    }

    static JsonObject tokens(Sessions.Opened opened) {
        var body = JsonObject.builder().put("access_token", opened.accessToken());
        opened.refreshToken().ifPresent(token -> body.put("refresh_token", token));
        opened.expiresInMs().ifPresent(ms -> body.put("expires_in_ms", ms));
        return body.build();
    }
}
