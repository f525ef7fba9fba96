package im.holm.platform.db;

/// The embedded server could not do what it was asked to: one line that says what and why.
public final class PostgresFailure extends Exception {
    private static final long serialVersionUID = 1L;

    PostgresFailure(String message) {
        super(message);
    }

    boolean isPortTaken() {
        return getMessage().contains("could not bind")
                || getMessage().contains("could not create any TCP/IP sockets");
    }
}
