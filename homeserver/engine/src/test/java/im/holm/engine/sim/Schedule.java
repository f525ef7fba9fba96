package im.holm.engine.sim;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/// The clock of a run and what is to happen when. Time stands still while something happens.
final class Schedule {

    /// More than this in one run is a loop.
    private static final int TASKS_MAX = 400_000;

    private static final long START_MS = Instant.parse("2026-11-25T00:00:00Z").toEpochMilli();

    private record Task(long atMs, long number, Runnable work) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::atMs).thenComparing(Task::number));
    private long nowMs = START_MS;
    private long number;

    long nowMs() {
        return nowMs;
    }

    /// Milliseconds since the run began.
    long elapsedMs() {
        return nowMs - START_MS;
    }

    /// A server's clock, which is wrong by `skewMs`.
    InstantSource clock(long skewMs) {
        return () -> Instant.ofEpochMilli(nowMs + skewMs);
    }

    void in(long delayMs, Runnable work) {
        if (++number > TASKS_MAX) {
            throw new Violation("more than " + TASKS_MAX + " things happened: a loop");
        }
        tasks.add(new Task(nowMs + delayMs, number, work));
    }

    /// Runs all there is, and what comes of it, up to this time.
    void runUntil(long elapsedMs) {
        while (!tasks.isEmpty() && tasks.peek().atMs() <= START_MS + elapsedMs) {
            Task next = tasks.poll();
            nowMs = Math.max(nowMs, next.atMs());
            next.work().run();
        }
        nowMs = Math.max(nowMs, START_MS + elapsedMs);
    }

    /// Runs until nothing is left to do.
    void runAll() {
        while (!tasks.isEmpty()) {
            runUntil(tasks.peek().atMs() - START_MS);
        }
    }
}
