package im.holm.engine.sim;

/// A server dies in the middle of what it does: this unwinds whatever it was doing, up to whoever
/// had asked it.
final class Crash extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient SimServer server;

    Crash(SimServer server) {
        super(null, null, false, false);
        this.server = server;
    }

    SimServer server() {
        return server;
    }
}
