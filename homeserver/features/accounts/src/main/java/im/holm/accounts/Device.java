package im.holm.accounts;

import java.util.Optional;

/// A row of `device`.
record Device(
        long userNid,
        long deviceNid,
        String deviceId,
        Optional<String> displayName,
        long lastSeenMs) {

    /// Longest device id and display name.
    static final int NAME_LIMIT_BYTES = 255;
}
