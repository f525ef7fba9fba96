package im.holm.platform.jobs;

import java.time.Duration;

/// Something done periodically, never overlapping itself.
///
/// @param name unique in the node; the label in metrics and logs
/// @param pause from the end of one run to the start of the next
/// @param firstDelay before the first run
/// @param work an exception is logged and counted, and the job goes on
public record Job(String name, Duration pause, Duration firstDelay, Work work) {
    public Job {
        if (name.isBlank() || pause.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "a job needs a name and a pause of at least a millisecond");
        }
    }

    public static Job every(String name, Duration pause, Work work) {
        return new Job(name, pause, pause, work);
    }

    /// One run; it is interrupted when the node stops.
    @FunctionalInterface
    public interface Work {
        void run() throws InterruptedException;
    }
}
