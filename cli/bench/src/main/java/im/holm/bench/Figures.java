package im.holm.bench;

/// What was measured, beside what it should be.
///
/// @param cpu_ms processor time of the eu server a message, the room having a reader on each
record Figures(
        double first_ms,
        Series embedded_ms,
        Series alone_ms,
        double idle_mib,
        double loaded_mib,
        double stop_ms,
        double cpu_ms,
        Smoke.Delivery delivery) {
    private static final double EMBEDDED_MS_MAX = 3_000;
    private static final double ALONE_MS_MAX = 1_500;
    private static final double IDLE_MIB_MAX = 350;
    private static final double STOP_MS_MAX = 10_000;

    String markdown() {
        return startAndMemory() + "\n" + messages() + "\n" + costs();
    }

    private String startAndMemory() {
        int sent = Smoke.WARM_UP_MESSAGES + Smoke.MESSAGES;
        return """
                | start and memory | measured | limit | |
                |---|---|---|---|
                """
                + limited("ready, existing embedded database", embedded_ms, EMBEDDED_MS_MAX)
                + limited("ready, database already running", alone_ms, ALONE_MS_MAX)
                + free("ready, first start with a new database", first_ms, "ms")
                + limited(
                        "resident memory, idle for " + Smoke.IDLE.toSeconds() + " s",
                        idle_mib,
                        IDLE_MIB_MAX,
                        "MiB")
                + free("resident memory after " + sent + " messages", loaded_mib, "MiB")
                + limited("SIGTERM to the end of the process", stop_ms, STOP_MS_MAX, "ms");
    }

    private String messages() {
        return """
                | %d messages, one at a time after %d to warm up; ms | p50 | p95 | p99 | worst |
                |---|---|---|---|---|
                | the sender's request is answered (durable) | %s |
                | it is in a /sync on the same server | %s |
                | it is in a /sync on the other server | %s |
                """.formatted(
                        Smoke.MESSAGES,
                        Smoke.WARM_UP_MESSAGES,
                        delivery.sent().cells(),
                        delivery.here().cells(),
                        delivery.across().cells());
    }

    private String costs() {
        double ratio = delivery.across().percentile_ms(0.5) / delivery.here().percentile_ms(0.5);
        return """
                Across two servers takes %.1f times as long as on one (medians). A message costs its
                server %.1f ms of processor time, two /sync answers and a federation transaction
                included.
                """.formatted(ratio, cpu_ms);
    }

    private static String limited(String what, Series series, double limit_ms) {
        String spread = "%s (median of %d: %.0f to %.0f)"
                .formatted(what, Smoke.STARTS, series.least(), series.most());
        return limited(spread, series.median(), limit_ms, "ms");
    }

    private static String limited(String what, double measured, double limit, String unit) {
        return "| %s | %.0f %s | %.0f %s | %s, %.0f%% of it |%n"
                .formatted(
                        what,
                        measured,
                        unit,
                        limit,
                        unit,
                        measured <= limit ? "within" : "OVER",
                        measured / limit * 100);
    }

    private static String free(String what, double measured, String unit) {
        return "| %s | %.0f %s | | |%n".formatted(what, measured, unit);
    }
}
