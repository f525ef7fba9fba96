package im.holm.elsewhere;

/// Picocli outside the command line.
final class PlantedOption {
    picocli.CommandLine line;
}
