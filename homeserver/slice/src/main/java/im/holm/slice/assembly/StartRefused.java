package im.holm.slice.assembly;

/// A node cannot start like this. Thrown only between the steps of a start, and turned into a value
/// by whoever started it.
///
/// The message is one line for the operator: what is wrong, and what to do.
public final class StartRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public StartRefused(String reason) {
        super(reason);
    }
}
