package im.holm.engine.sim;

import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/// `./dev sim`: runs seeds, one after the other, and says what happened in them.
public final class SimMain {

    /// Each happening counts if it happened so often in the set.
    private static final long HAPPENED_MIN = 100;

    private final Map<Happening, Long> happenings = new EnumMap<>(Happening.class);
    private final Map<String, Long> others = new TreeMap<>();
    private int failed;

    private SimMain() {}

    /// @param args `--seeds N`, `--from SEED`; or `--seed S`, which prints all that happens
    public static void main(String[] args) {
        long seeds = option(args, "--seeds", 200);
        long from = option(args, "--from", 1);
        long one = option(args, "--seed", -1);
        var main = new SimMain();
        System.exit(one >= 0 ? main.replay(one) : main.runAll(from, seeds));
    }

    private static long option(String[] args, String name, long otherwise) {
        for (int i = 0; i + 1 < args.length; i++) {
            if (args[i].equals(name)) {
                return Long.parseLong(args[i + 1]);
            }
        }
        return otherwise;
    }

    private int replay(long seed) {
        Trace trace = run(seed, System.out);
        System.out.printf("seed %d: trace hash %016x%n", seed, trace.hash());
        return failed == 0 ? 0 : 1;
    }

    private int runAll(long from, long seeds) {
        long started = System.nanoTime();
        long hash = 0;
        for (long seed = from; seed < from + seeds; seed++) {
            hash = hash * 31 + run(seed, null).hash();
            if ((seed - from + 1) % 1_000 == 0) {
                System.err.printf("%d seeds, %d failed%n", seed - from + 1, failed);
            }
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        return report(seeds, seconds, hash);
    }

    private Trace run(long seed, PrintStream lines) {
        var trace = new Trace(lines);
        try {
            new World(seed, trace).run();
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            failed++;
            System.out.println("VIOLATION, seed " + seed + ": " + e);
            if (!(e instanceof Violation) || lines != null) {
                e.printStackTrace(System.out);
            }
        }
        trace.happenings().forEach((what, times) -> happenings.merge(what, times, Long::sum));
        trace.others().forEach((what, times) -> others.merge(what, times, Long::sum));
        return trace;
    }

    private int report(long seeds, double seconds, long hash) {
        boolean counted = true;
        System.out.printf("%n| happened | times |%n|---|---:|%n");
        for (Happening happening : Happening.values()) {
            long times = happenings.getOrDefault(happening, 0L);
            counted &= times >= HAPPENED_MIN;
            System.out.printf(
                    "| %s | %d%s |%n",
                    happening.title(),
                    times,
                    times < HAPPENED_MIN ? ": fewer than " + HAPPENED_MIN : "");
        }
        others.forEach((what, times) -> System.out.printf("| %s | %d |%n", what, times));
        System.out.printf(
                "%n%d seeds in %.1f s (%.1f a second), %d failed; hash of all traces %016x%n",
                seeds, seconds, seeds / seconds, failed, hash);
        return failed == 0 && counted ? 0 : 1;
    }
}
