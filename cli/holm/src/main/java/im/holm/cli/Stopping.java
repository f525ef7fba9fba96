package im.holm.cli;

/// What happens on SIGTERM and SIGINT.
final class Stopping {

    private Stopping() {}

    /// Runs `stop`, then ends the process with status 0: a server that was asked to stop has
    /// not failed.
    static void onSignal(Runnable stop) {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            stop.run();
            System.out.flush();
            Runtime.getRuntime().halt(Main.DONE);
        }));
    }
}
