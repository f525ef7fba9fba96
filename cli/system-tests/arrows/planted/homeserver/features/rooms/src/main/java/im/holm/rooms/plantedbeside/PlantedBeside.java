package im.holm.rooms.plantedbeside;

/// What PlantedNeighbour imports.
public final class PlantedBeside {}
