package im.holm.cli;

import java.time.Duration;

/// What happens on SIGTERM and SIGINT, and when a command that runs servers ends by itself.
final class Stopping {

    /// Whoever stops a server kills it after a while; it had better be gone by then. What was
    /// acknowledged is durable whatever is cut off.
    private static final Duration STOP_MAX = Duration.ofMillis(9_500);

    /// What the process ends with, unless a signal comes first.
    private static volatile int status = Main.DONE;

    private Stopping() {}

    /// Runs `stop`, then ends the process with status 0: a server that was asked to stop has
    /// not failed. If it takes longer than it may, the process ends with 1.
    static void onSignal(Runnable stop) {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            Thread.ofPlatform().daemon().name("stop-limit").start(Stopping::endInTime);
            stop.run();
            System.out.flush();
            Runtime.getRuntime().halt(status);
        }));
    }

    /// Ends the process with the status of its command. What [#onSignal] was given still runs,
    /// and would otherwise make a success of every failure.
    static void exit(int ownStatus) {
        status = ownStatus;
        System.exit(ownStatus);
    }

    /// What the process ends with after a signal, for a command whose report is its result.
    static void endsWith(int ownStatus) {
        status = ownStatus;
    }

    private static void endInTime() {
        try {
            Thread.sleep(STOP_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(Main.FAILED);
    }
}
