package im.holm.system;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// One text file of the source tree.
///
/// @param path from the root, with slashes
/// @param lines without their line ends
record SourceFile(String path, List<String> lines) {
    /// The lines that match, each as `path:number: line`.
    Stream<String> linesWhere(Predicate<String> condition) {
        return IntStream.range(0, lines.size())
                .filter(index -> condition.test(lines.get(index)))
                .mapToObj(index ->
                        path + ":" + (index + 1) + ": " + lines.get(index).strip());
    }
}
