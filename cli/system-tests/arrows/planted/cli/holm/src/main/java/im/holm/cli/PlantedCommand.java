package im.holm.cli;

/// What PlantedCaller depends on.
public final class PlantedCommand {}
