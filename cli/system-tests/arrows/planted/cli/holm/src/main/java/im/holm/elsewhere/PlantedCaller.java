package im.holm.elsewhere;

/// Something that depends on the command line.
final class PlantedCaller {
    im.holm.cli.PlantedCommand command;
}
