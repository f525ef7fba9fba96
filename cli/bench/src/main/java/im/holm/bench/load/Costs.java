package im.holm.bench.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/// What this process, the server's and PostgreSQL's processes have used so far, from /proc (Linux).
///
/// @param server_cpu_s negative: not asked for, or not known
record Costs(
        double own_cpu_s,
        double server_cpu_s,
        double server_rss_mib,
        double postgres_cpu_s,
        double postgres_rss_mib) {
    private static final double TICKS_PER_S = 100;

    /// @param server process id of the server, 0: unknown; its children are counted with it
    /// @param postgres process id of the postmaster, 0: unknown; when it is a descendant of the
    ///     server it is counted only here
    static Costs now(long server, long postgres) {
        var own = (com.sun.management.OperatingSystemMXBean)
                ManagementFactory.getOperatingSystemMXBean();
        Set<Long> database = tree(postgres);
        Set<Long> others = tree(server);
        others.removeAll(database);
        return new Costs(
                own.getProcessCpuTime() / 1e9,
                cpu_s(others),
                rss_mib(others),
                cpu_s(database),
                rss_mib(database));
    }

    private static Set<Long> tree(long root) {
        Set<Long> found = new HashSet<>();
        if (root > 0) {
            found.add(root);
            ProcessHandle.of(root)
                    .ifPresent(process ->
                            process.descendants().forEach(child -> found.add(child.pid())));
        }
        return found;
    }

    /// With that of children that have ended: connections of PostgreSQL come and go.
    private static double cpu_s(Set<Long> processes) {
        double ticks = 0;
        for (long pid : processes) {
            String[] stat = stat(pid);
            for (int field = 11; field <= 14 && stat.length > 14; field++) {
                ticks += Double.parseDouble(stat[field]);
            }
        }
        return processes.isEmpty() ? -1 : ticks / TICKS_PER_S;
    }

    /// The fields after the command's name, which may hold anything: the state is number 0.
    private static String[] stat(long pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return line.substring(line.lastIndexOf(')') + 2).split(" ");
        } catch (IOException e) {
            return new String[0];
        }
    }

    /// Shared pages are laid on those who share them where the kernel tells (Pss), so that
    /// PostgreSQL's buffers do not count once a connection.
    private static double rss_mib(Set<Long> processes) {
        double kib = 0;
        for (long pid : processes) {
            double pss = kib(Path.of("/proc/" + pid + "/smaps_rollup"), "Pss:");
            kib += pss >= 0 ? pss : Math.max(0, kib(Path.of("/proc/" + pid + "/status"), "VmRSS:"));
        }
        return processes.isEmpty() ? -1 : kib / 1024;
    }

    private static double kib(Path file, String key) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(key))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(-1);
        } catch (IOException | java.io.UncheckedIOException e) {
            return -1;
        }
    }

    /// What was used since `before`; memory as it is now.
    Costs since(Costs before) {
        return new Costs(
                own_cpu_s - before.own_cpu_s,
                server_cpu_s < 0 ? -1 : server_cpu_s - before.server_cpu_s,
                server_rss_mib,
                postgres_cpu_s < 0 ? -1 : postgres_cpu_s - before.postgres_cpu_s,
                postgres_rss_mib);
    }

    /// Own share of all that was used, in percent; negative when the server's is not known.
    double ownShare_percent() {
        double all = own_cpu_s + Math.max(0, server_cpu_s) + Math.max(0, postgres_cpu_s);
        return server_cpu_s < 0 || all <= 0 ? -1 : own_cpu_s / all * 100;
    }

    String json(long messages) {
        return String.format(
                Locale.ROOT,
                "{\"own_cpu_s\": %.3f, \"own_share_percent\": %s, \"server_cpu_s\": %s,"
                        + " \"server_cpu_ms_per_message\": %s, \"server_rss_mib\": %s,"
                        + " \"postgres_cpu_s\": %s, \"postgres_cpu_ms_per_message\": %s,"
                        + " \"postgres_rss_mib\": %s}",
                own_cpu_s,
                known(ownShare_percent()),
                known(server_cpu_s),
                known(perMessage_ms(server_cpu_s, messages)),
                known(server_rss_mib),
                known(postgres_cpu_s),
                known(perMessage_ms(postgres_cpu_s, messages)),
                known(postgres_rss_mib));
    }

    static double perMessage_ms(double cpu_s, long messages) {
        return cpu_s < 0 || messages == 0 ? -1 : cpu_s * 1000 / messages;
    }

    private static String known(double value) {
        return value < 0 ? "null" : Json.number(value);
    }
}
