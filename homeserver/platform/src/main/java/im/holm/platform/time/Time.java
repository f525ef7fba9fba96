package im.holm.platform.time;

import java.time.Instant;
import java.time.InstantSource;

/// The clock of the node: the only way to learn what time it is, so that a test can set it.
///
/// An [InstantSource] with the milliseconds that Matrix uses.
@FunctionalInterface
public interface Time extends InstantSource {
    /// The computer's clock.
    static Time system() {
        InstantSource clock = InstantSource.system();
        return clock::instant;
    }

    @Override
    Instant instant();

    /// Milliseconds since 1970-01-01T00:00:00Z: Matrix's `origin_server_ts`.
    default long nowMs() {
        return millis();
    }
}
