package im.holm.bench;

/// The bench knows more than HTTP.
final class PlantedInsider {
    im.holm.journal.Position position;
}
