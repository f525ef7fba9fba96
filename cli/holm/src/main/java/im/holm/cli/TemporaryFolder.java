package im.holm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A folder that nobody needs afterwards.
final class TemporaryFolder {

    private TemporaryFolder() {}

    /// What cannot be deleted stays, for the system to clean up.
    static void delete(Path folder) {
        try (Stream<Path> found = Files.walk(folder)) {
            List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            System.err.println("holm: " + folder + " could not be deleted: " + e.getMessage());
        }
    }
}
