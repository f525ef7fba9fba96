package im.holm.rooms.planted;

/// A name that says nothing.
final class PlantedManager {}
