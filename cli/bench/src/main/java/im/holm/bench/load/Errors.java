package im.holm.bench.load;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// What went wrong, counted by kind: `429 M_LIMIT_EXCEEDED`, `503`, `connection refused`.
final class Errors {
    private static final int KINDS_MAX = 100;

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    void count(String kind) {
        String known = counts.size() < KINDS_MAX || counts.containsKey(kind) ? kind : "others";
        counts.computeIfAbsent(known, _ -> new LongAdder()).increment();
    }

    long sum() {
        return counts.values().stream().mapToLong(LongAdder::sum).sum();
    }

    Map<String, Long> byKind() {
        var sorted = new TreeMap<String, Long>();
        counts.forEach((kind, count) -> sorted.put(kind, count.sum()));
        return sorted;
    }
}
