package im.holm.protocol.bench;

import org.openjdk.jmh.results.RunResult;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What was measured, as the tables of the report.
final class Figures {
    private static final double CANONICALIZE_US_MAX = 5;
    private static final double RECEIPTS_PER_S_MIN = 8_000;
    private static final double RESOLVE_10000_US_MAX = 250_000;
    private static final double GROWTH_MAX = 15;
    private static final double AUTH_GRAPH_US_MAX = 1_000_000;

    private static final List<String> VERSIONS = List.of("11", "12");

    /// One benchmark: microseconds and bytes of an operation.
    private record Figure(double us, double processorUs, double bytes) {}

    private static final Map<String, String> EVENT_ROWS = new LinkedHashMap<>();

    static {
        EVENT_ROWS.put("parseJson", "parse: bytes to JSON");
        EVENT_ROWS.put("parseEvent", "parse: bytes to an event with its id");
        EVENT_ROWS.put("canonicalize", "canonicalize");
        EVENT_ROWS.put("contentHash", "content hash");
        EVENT_ROWS.put("eventId", "reference hash: event id");
        EVENT_ROWS.put("sign", "draft to a signed event");
        EVENT_ROWS.put("verify", "verify signature and content hash");
        EVENT_ROWS.put("authorize", "authorize: by auth events, state before, current state");
        EVENT_ROWS.put("receive", "receipt: parse, verify, authorize");
    }

    private final Map<String, Figure> figures = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();

    Figures(Collection<RunResult> results) {
        for (RunResult result : results) {
            var secondary = result.getSecondaryResults();
            figures.put(
                    name(result),
                    new Figure(
                            result.getPrimaryResult().getScore(),
                            secondary.get(ProcessorTime.LABEL).getScore(),
                            secondary.get("gc.alloc.rate.norm").getScore()));
        }
    }

    private static String name(RunResult result) {
        String full = result.getParams().getBenchmark();
        StringBuilder name = new StringBuilder(full.substring(full.lastIndexOf('.') + 1));
        for (String key : result.getParams().getParamsKeys()) {
            name.append(' ').append(result.getParams().getParam(key));
        }
        return name.toString();
    }

    String markdown() {
        eventRows();
        resolutionRows();
        return text.toString();
    }

    private void eventRows() {
        if (EVENT_ROWS.keySet().stream().noneMatch(figures::containsKey)) {
            return;
        }
        head("a message of " + SignedMessage.SIZE_BYTES + " bytes, room version 12", "us", "B");
        EVENT_ROWS.forEach((name, label) ->
                find(name).ifPresent(figure -> row(label, figure, 1, 1, eventTarget(name))));
    }

    private void resolutionRows() {
        if (figures.keySet().stream().noneMatch(name -> name.startsWith("resolve"))) {
            return;
        }
        head("state resolution", "ms", "MB");
        for (String version : VERSIONS) {
            for (String conflicted : List.of("100", "1000", "10000")) {
                Target target = conflicted.equals("10000")
                        ? figure -> below(figure.us(), RESOLVE_10000_US_MAX, "250 ms")
                        : figure -> "";
                find("resolve " + conflicted + " " + version)
                        .ifPresent(figure -> row(
                                conflicted + " conflicted events, version " + version,
                                figure,
                                1e3,
                                1e6,
                                target));
            }
            growth(version);
        }
        for (String version : VERSIONS) {
            for (String fork : List.of("late", "early")) {
                find("resolve " + fork + " " + version)
                        .ifPresent(figure -> row(
                                "auth graph of 100,000 events, " + fork + " fork, version "
                                        + version,
                                figure,
                                1e3,
                                1e6,
                                of -> below(of.us(), AUTH_GRAPH_US_MAX, "1 s")));
            }
        }
    }

    private interface Target {
        String of(Figure figure);
    }

    private static Target eventTarget(String name) {
        return switch (name) {
            case "canonicalize" -> figure -> below(figure.us(), CANONICALIZE_US_MAX, "5 us");
            case "receive" ->
                figure -> String.format(
                        Locale.ROOT,
                        "%,.0f/s, at least 8,000: %s",
                        1e6 / figure.us(),
                        verdict(1e6 / figure.us() >= RECEIPTS_PER_S_MIN));
            default -> figure -> "";
        };
    }

    private static String below(double value, double max, String label) {
        return "below " + label + ": " + verdict(value < max);
    }

    private static String verdict(boolean met) {
        return met ? "pass" : "**miss**";
    }

    private Optional<Figure> find(String name) {
        return Optional.ofNullable(figures.get(name));
    }

    private void head(String what, String unit, String bytes) {
        text.append(String.format(
                "%n| %s | time, %s | processor, %s | allocated, %s | target |%n|---|---|---|---|---|%n",
                what, unit, unit, bytes));
    }

    private void row(String label, Figure figure, double perUnit, double perByte, Target target) {
        text.append(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s |%n",
                label,
                number(figure.us() / perUnit),
                number(figure.processorUs() / perUnit),
                number(figure.bytes() / perByte),
                target.of(figure)));
    }

    private void growth(String version) {
        Optional<Figure> small = find("resolve 1000 " + version);
        Optional<Figure> large = find("resolve 10000 " + version);
        if (small.isEmpty() || large.isEmpty()) {
            return;
        }
        double time = large.get().us() / small.get().us();
        double processor = large.get().processorUs() / small.get().processorUs();
        double bytes = large.get().bytes() / small.get().bytes();
        text.append(String.format(
                Locale.ROOT,
                "| 10,000 against 1,000, version %s | %.1f times | %.1f times | %.1f times |"
                        + " at most 15 times: %s |%n",
                version,
                time,
                processor,
                bytes,
                verdict(time <= GROWTH_MAX && bytes <= GROWTH_MAX)));
    }

    private static String number(double value) {
        String form = value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f";
        return String.format(Locale.ROOT, form, value);
    }
}
