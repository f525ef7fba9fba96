package im.holm.engine.sim;

import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/// What happened in one run: a hash over all of it in its order, counts, and the lines themselves
/// if somebody wants to read them.
final class Trace {

    private static final long PRIME = 0x100000001B3L;

    private final PrintStream lines;
    private final Map<Happening, Long> happenings = new EnumMap<>(Happening.class);
    private final Map<String, Long> others = new TreeMap<>();
    private long hash = 0xCBF29CE484222325L;

    /// @param lines where each line is printed; null if nowhere
    Trace(PrintStream lines) {
        this.lines = lines;
    }

    void line(long atMs, Object who, String what, Object detail) {
        String line = atMs + " " + who + " " + what + " " + detail;
        for (int i = 0; i < line.length(); i++) {
            hash = (hash ^ line.charAt(i)) * PRIME;
        }
        if (lines != null) {
            lines.println(line);
        }
    }

    void count(Happening happening) {
        happenings.merge(happening, 1L, Long::sum);
    }

    /// Something else that is worth a number.
    void count(String what) {
        others.merge(what, 1L, Long::sum);
    }

    long hash() {
        return hash;
    }

    Map<Happening, Long> happenings() {
        return happenings;
    }

    Map<String, Long> others() {
        return others;
    }
}
