package im.holm.slice;

import im.holm.protocol.id.UserId;

import java.util.Objects;

/// Who makes a request, once authenticated.
///
/// @param deviceId as the client knows it, e.g. `ABCDEFGHIJ`
/// @param deviceNid this server's number for the device
/// @param admin may use the admin API
public record Caller(UserId user, long userNid, String deviceId, long deviceNid, boolean admin) {

    public Caller {
        Objects.requireNonNull(user);
        Objects.requireNonNull(deviceId);
    }
}
