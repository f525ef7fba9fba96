package im.holm.system;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// One text file of the source tree.
///
/// @param path from the root, with slashes
/// @param lines without their line ends
record SourceFile(String path, List<String> lines) {
    /// The lines wider than `code` columns, or `text` columns where a string or a text block
    /// is.
    Stream<String> linesWiderThan(int code, int text) {
        List<String> wide = new ArrayList<>();
        boolean inBlock = false;
        for (int index = 0; index < lines.size(); index++) {
            String line = lines.get(index);
            boolean hasText = inBlock || line.indexOf('"') >= 0;
            if (line.codePointCount(0, line.length()) > (hasText ? text : code)
                    && !line.startsWith("import ")) {
                wide.add(path + ":" + (index + 1) + ": " + line.strip());
            }
            inBlock ^= line.split("\"\"\"", -1).length % 2 == 0;
        }
        return wide.stream();
    }

    /// The lines that match, each as `path:number: line`.
    Stream<String> linesWhere(Predicate<String> condition) {
        return IntStream.range(0, lines.size())
                .filter(index -> condition.test(lines.get(index)))
                .mapToObj(index ->
                        path + ":" + (index + 1) + ": " + lines.get(index).strip());
    }
}
