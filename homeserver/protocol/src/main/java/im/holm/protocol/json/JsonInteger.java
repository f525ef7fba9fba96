package im.holm.protocol.json;

/// An integer.
public record JsonInteger(long value) implements JsonNumber {
    /// The largest integer of canonical JSON, 2^53 - 1. The smallest is its negative.
    public static final long CANONICAL_MAX = (1L << 53) - 1;

    /// Whether canonical JSON has this number.
    public boolean isCanonical() {
        return value >= -CANONICAL_MAX && value <= CANONICAL_MAX;
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
