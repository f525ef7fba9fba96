package im.holm.slice;

import im.holm.platform.error.Problem;
import im.holm.platform.http.Request;
import im.holm.protocol.id.ServerName;

/// Authenticates a federation request; the federation slice fills it.
public interface OriginCheck {

    Origin check(Request request);

    sealed interface Origin {
        record Verified(ServerName server) implements Origin {}

        record Refused(Problem problem) implements Origin {}
    }
}
