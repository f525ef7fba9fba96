package im.holm.bench.load;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// What a run found.
///
/// @param due messages that were due; of a closed loop those that were sent
/// @param unsent due, but not sent when the time was over: the server was too slow
/// @param failed given up without an acknowledgement
/// @param delivered arrivals at receivers, a message counting `receivers` times
/// @param lost arrivals missing of acknowledged messages
/// @param outOfOrder arrivals after a later message of the same sender and room
/// @param gaps timelines cut by the server (`limited`) that were filled by `/messages`
record RunReport(
        int receivers,
        Workload load,
        double length_s,
        long due,
        long unsent,
        long sent,
        long failed,
        long delivered,
        long lost,
        long doubled,
        long outOfOrder,
        long gaps,
        Histogram send,
        Histogram sync,
        Map<String, Long> errors,
        Costs costs,
        List<Tally.Second> seconds,
        boolean interrupted,
        boolean trial) {
    private static final double[] SHARES = {
        0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999,
        0.99999, 1
    };

    boolean complete() {
        return lost == 0 && doubled == 0 && failed == 0 && sent > 0;
    }

    boolean sustained() {
        return complete()
                && !interrupted
                && unsent == 0
                && sync.percentile_us(0.99) <= load.p99_ms_max() * 1_000L;
    }

    /// Each second's offered rate was taken, if nothing is left unsent.
    double rate_per_s() {
        return length_s > 0 ? sent / length_s : 0;
    }

    String table() {
        var text = new StringBuilder(String.format(
                Locale.ROOT,
                "%nR = %d: %d users, %d rooms (Zipf %.1f), %d-byte bodies, %s, %.0f s%s%n",
                receivers,
                load.users(),
                load.rooms(),
                load.zipf(),
                load.body_bytes(),
                load.open()
                        ? String.format(Locale.ROOT, "open loop at %.1f/s", load.rate_per_s())
                        : "closed loop, " + load.senders() + " senders",
                length_s,
                interrupted ? " (interrupted)" : ""));
        text.append(String.format(
                Locale.ROOT, "  sent          %10d   %.1f/s acknowledged%n", sent, rate_per_s()));
        text.append(String.format(
                Locale.ROOT, "  delivered     %10d   of %d%n", delivered, sent * receivers));
        text.append(String.format(
                Locale.ROOT,
                "  lost          %10d%n  doubled       %10d%n  out of order  %10d%n",
                lost,
                doubled,
                outOfOrder));
        text.append(String.format(
                Locale.ROOT,
                "  failed        %10d   given up, never acknowledged%n"
                        + "  unsent        %10d   due, not sent when the time was over%n"
                        + "  cut timelines %10d   filled from /messages%n",
                failed,
                unsent,
                gaps));
        text.append(String.format(
                "%n  latency, ms   %10s %10s %10s %10s%n", "p50", "p95", "p99", "max"));
        row(text, "send", send);
        row(text, "send-to-sync", sync);
        costs(text);
        errors.forEach((kind, count) -> text.append(
                String.format(Locale.ROOT, "  error         %10d   %s%n", count, kind)));
        return text.append(String.format(
                        "  %s%n",
                        sustained()
                                ? "=> sustained: all delivered, p99 within " + load.p99_ms_max()
                                        + " ms"
                                : "=> not sustained" + (complete() ? "" : ": not all delivered")))
                .toString();
    }

    private static void row(StringBuilder text, String name, Histogram histogram) {
        text.append(String.format(
                Locale.ROOT,
                "  %-13s %10.1f %10.1f %10.1f %10.1f%n",
                name,
                histogram.percentile_us(0.5) / 1e3,
                histogram.percentile_us(0.95) / 1e3,
                histogram.percentile_us(0.99) / 1e3,
                histogram.max_us() / 1e3));
    }

    private void costs(StringBuilder text) {
        text.append(String.format(
                Locale.ROOT,
                "%n  generator     %10.1f s CPU%s%n",
                costs.own_cpu_s(),
                costs.ownShare_percent() < 0
                        ? ""
                        : String.format(Locale.ROOT, ", %.0f%% of all", costs.ownShare_percent())));
        process(text, "server", costs.server_cpu_s(), costs.server_rss_mib());
        process(text, "PostgreSQL", costs.postgres_cpu_s(), costs.postgres_rss_mib());
    }

    private void process(StringBuilder text, String name, double cpu_s, double rss_mib) {
        if (cpu_s >= 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-13s %10.1f s CPU, %.2f ms a message; %.0f MiB resident%n",
                    name,
                    cpu_s,
                    Costs.perMessage_ms(cpu_s, sent),
                    rss_mib));
        }
    }

    String json() {
        return String.format(
                Locale.ROOT,
                "{\"receivers\": %d, \"trial\": %b, \"loop\": \"%s\", \"rate_per_s\": %s,"
                        + " \"users\": %d, \"rooms\": %d, \"zipf\": %s, \"body_bytes\": %d,"
                        + " \"senders\": %d, \"warmup_s\": %d, \"length_s\": %s, \"due\": %d,"
                        + " \"unsent\": %d, \"sent\": %d, \"sent_per_s\": %s, \"failed\": %d,"
                        + " \"delivered\": %d, \"expected\": %d, \"lost\": %d, \"doubled\": %d,"
                        + " \"out_of_order\": %d, \"cut_timelines\": %d, \"interrupted\": %b,"
                        + " \"sustained\": %b, \"p99_ms_max\": %d,%n \"send_ms\": %s,%n"
                        + " \"send_to_sync_ms\": %s,%n \"costs\": %s,%n \"errors\": %s,%n"
                        + " \"seconds_columns\": [\"at_s\", \"sent_per_s\", \"delivered_per_s\","
                        + " \"send_p99_ms\", \"send_to_sync_p50_ms\", \"send_to_sync_p99_ms\","
                        + " \"late_s\", \"errors\"],%n \"seconds\": %s}",
                receivers,
                trial,
                load.open() ? "open" : "closed",
                load.open() ? Json.number(load.rate_per_s()) : "null",
                load.users(),
                load.rooms(),
                Json.number(load.zipf()),
                load.body_bytes(),
                load.senders(),
                load.warmup_s(),
                Json.number(length_s),
                due,
                unsent,
                sent,
                Json.number(rate_per_s()),
                failed,
                delivered,
                sent * receivers,
                lost,
                doubled,
                outOfOrder,
                gaps,
                interrupted,
                sustained(),
                load.p99_ms_max(),
                json(send),
                json(sync),
                costs.json(sent),
                Json.counts(errors),
                seconds.stream()
                        .map(Tally.Second::json)
                        .collect(Collectors.joining(", ", "[", "]")));
    }

    private static String json(Histogram histogram) {
        var points = new StringBuilder("[");
        for (double share : SHARES) {
            points.append(points.length() > 1 ? ", " : "")
                    .append(String.format(
                            Locale.ROOT,
                            "[%.5f, %.3f]",
                            share,
                            histogram.percentile_us(share) / 1e3));
        }
        return String.format(
                Locale.ROOT,
                "{\"count\": %d, \"p50\": %.3f, \"p95\": %.3f, \"p99\": %.3f, \"max\": %.3f,"
                        + " \"percentiles\": %s]}",
                histogram.count(),
                histogram.percentile_us(0.5) / 1e3,
                histogram.percentile_us(0.95) / 1e3,
                histogram.percentile_us(0.99) / 1e3,
                histogram.max_us() / 1e3,
                points);
    }
}
