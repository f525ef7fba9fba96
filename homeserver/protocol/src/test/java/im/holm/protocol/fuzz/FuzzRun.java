package im.holm.protocol.fuzz;

import java.util.Random;
import java.util.function.Consumer;

/// Runs a case once for each of many seeds, and says the seed of the one that failed.
///
/// By default the same few seeds, as a test must. `holm.fuzz.seconds` makes it go on for that
/// long with new ones (`./dev fuzz`), and `holm.fuzz.seed` repeats a single one.
final class FuzzRun {
    /// No input may take longer; it is far below a second on a machine that is not busy.
    private static final long CASE_MS_MAX = 10_000;

    private static final long SECONDS = Long.getLong("holm.fuzz.seconds", 0);
    private static final Long ONLY = Long.getLong("holm.fuzz.seed");

    private FuzzRun() {}

    /// How many cases ran.
    static long each(int cases, Consumer<Random> body) {
        if (ONLY != null) {
            one(ONLY, body);
            return 1;
        }
        if (SECONDS == 0) {
            for (long seed = 1; seed <= cases; seed++) {
                one(seed, body);
            }
            return cases;
        }
        long ran = 0;
        long startNs = System.nanoTime();
        long first = new Random().nextLong() >>> 1;
        while (System.nanoTime() - startNs < SECONDS * 1_000_000_000L) {
            one(first + ran, body);
            ran++;
        }
        System.out.printf("%,d cases, seeds from %d%n", ran, first);
        return ran;
    }

    /// Whether all the default seeds run, so that what they must have met can be asked for.
    static boolean isDefault() {
        return ONLY == null && SECONDS == 0;
    }

    private static void one(long seed, Consumer<Random> body) {
        long startNs = System.nanoTime();
        try {
            body.accept(new Random(seed));
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            throw new AssertionError("repeat it with -Dholm.fuzz.seed=" + seed + ": " + e, e);
        }
        long tookMs = (System.nanoTime() - startNs) / 1_000_000;
        if (tookMs > CASE_MS_MAX) {
            throw new AssertionError("seed " + seed + " took " + tookMs + " ms");
        }
    }
}
