package im.holm.engine.core;

/// The core reaches for its shell.
final class PlantedShell {
    im.holm.journal.Position position;
}
