package im.holm.cli.demo;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// What the demo prints while it happens.
final class Transcript {

    private final PrintWriter out;
    private final List<Double> deliveriesMs = new ArrayList<>();

    Transcript(PrintWriter out) {
        this.out = out;
    }

    void note(String line) {
        out.println("      " + line);
        out.flush();
    }

    void said(String region, String who, String text) {
        out.printf("  %-3s %-6s %s%n", region, who, text);
        out.flush();
    }

    /// A message that was sent in one region and seen in the other.
    void delivered(String region, String who, String how, long sentNanos) {
        double ms = (System.nanoTime() - sentNanos) / 1e6;
        deliveriesMs.add(ms);
        out.printf("  %-3s %-6s %14s %s after %.1f ms%n", region, who, "", how, ms);
        out.flush();
    }

    /// Median and maximum of what was delivered across the regions.
    String summary() {
        List<Double> sorted = new ArrayList<>(deliveriesMs);
        Collections.sort(sorted);
        return "%d messages crossed the regions: median %.1f ms, slowest %.1f ms"
                .formatted(sorted.size(), sorted.get(sorted.size() / 2), sorted.getLast());
    }
}
