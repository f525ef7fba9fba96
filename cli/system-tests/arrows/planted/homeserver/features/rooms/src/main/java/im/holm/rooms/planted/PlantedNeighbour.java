package im.holm.rooms.planted;

/// One feature package imports another.
final class PlantedNeighbour {
    im.holm.rooms.plantedbeside.PlantedBeside other;
}
