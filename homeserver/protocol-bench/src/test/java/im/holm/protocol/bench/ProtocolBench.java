package im.holm.protocol.bench;

import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `./dev bench protocol` calls it: runs the benchmarks of this package and prints their tables.
///
/// Exit status 0 whether or not the targets are met: the report says it.
public final class ProtocolBench {
    private ProtocolBench() {}

    /// Arguments: a file for what JMH says; perhaps `--quick`; perhaps regular expressions for
    /// the benchmarks' names.
    public static void main(String[] args) throws RunnerException {
        List<String> words = Arrays.asList(args);
        boolean quick = words.contains("--quick");
        ChainedOptionsBuilder options = new OptionsBuilder()
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.MICROSECONDS)
                .forks(1)
                .threads(1)
                .jvmArgs(
                        "-Xms2g",
                        "-Xmx2g",
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        "--sun-misc-unsafe-memory-access=allow")
                .warmupIterations(quick ? 3 : 5)
                .warmupTime(TimeValue.milliseconds(quick ? 500 : 2_000))
                .measurementIterations(quick ? 3 : 5)
                .measurementTime(TimeValue.milliseconds(quick ? 500 : 2_000))
                .addProfiler(GCProfiler.class)
                .addProfiler(ProcessorTime.class)
                .output(args[0]);
        words.stream().skip(1).filter(word -> !word.startsWith("--")).forEach(options::include);
        System.out.print(new Figures(new Runner(options.build()).run()).markdown());
    }
}
