package im.holm.engine.core;

/// The core reads the clock.
final class PlantedClock {
    java.time.Instant now() {
        return java.time.Instant.now();
    }
}
