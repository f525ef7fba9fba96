package im.holm.engine.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;

import im.holm.platform.db.Database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What has been used so far: differences of two readings are what a stretch has cost.
///
/// @param processorNs of this process, without its compiler's threads: they make code better that
/// runs for days, and would count for much in a run of seconds
/// @param databaseNs of PostgreSQL's processes
/// @param allocatedBytes of this process, by all its threads
/// @param walBytes that PostgreSQL has written ahead
record Costs(long nanos, long processorNs, long databaseNs, long allocatedBytes, long walBytes) {

    private static final long NS_A_TICK = 10_000_000;

    static Costs read(Database database) {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return new Costs(
                System.nanoTime(),
                system.getProcessCpuTime() - compilerNs(),
                databaseNs(database),
                threads.getTotalThreadAllocatedBytes(),
                database.read(handle -> handle.createQuery(
                                "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")
                        .mapTo(Long.class)
                        .one()));
    }

    Costs since(Costs before) {
        return new Costs(
                nanos - before.nanos,
                processorNs - before.processorNs,
                databaseNs - before.databaseNs,
                allocatedBytes - before.allocatedBytes,
                walBytes - before.walBytes);
    }

    /// Of the postmaster and all its children, also of those that have ended.
    private static long databaseNs(Database database) {
        long postmaster = database.read(handle -> handle.createQuery(
                        "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::bigint")
                .mapTo(Long.class)
                .one());
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                            .filter(path -> path.getFileName().toString().matches("\\d+"))
                            .mapToLong(path -> ticks(path, postmaster))
                            .sum()
                    * NS_A_TICK;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Of the threads that compile. One that has ended is counted as the process's: the run
    /// script keeps them alive.
    private static long compilerNs() {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return threads.mapToLong(Costs::compilerTicks).sum() * NS_A_TICK;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long compilerTicks(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            String[] fields = fields(stat);
            return stat.contains(" CompilerThre")
                    ? Long.parseLong(fields[11]) + Long.parseLong(fields[12])
                    : 0;
        } catch (IOException ended) {
            return 0; // between the listing and the look
        }
    }

    /// What follows the name.
    private static String[] fields(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }

    private static long ticks(Path process, long postmaster) {
        try {
            String[] fields = fields(Files.readString(process.resolve("stat")));
            boolean itself = process.getFileName().toString().equals(Long.toString(postmaster));
            boolean child = fields[1].equals(Long.toString(postmaster));
            long own = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            long ended = Long.parseLong(fields[13]) + Long.parseLong(fields[14]);
            return itself ? own + ended : child ? own : 0;
        } catch (IOException ended) {
            return 0; // between the listing and the look
        }
    }
}
