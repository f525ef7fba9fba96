package im.holm.bench.load;

/// The users or rooms of a run could not be made; the message is for the person who started it.
final class SetupFailure extends Exception {
    private static final long serialVersionUID = 1;

    SetupFailure(String message) {
        super(message);
    }
}
