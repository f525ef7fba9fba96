package im.holm.cli.demo;

/// The conversation did not go as it must: the demo's check has failed. The message is one line.
public final class DemoFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DemoFailure(String message) {
        super(message);
    }
}
