package im.holm.protocol.event;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// SHA-256, which every Java platform has.
public final class Sha256 {
    private Sha256() {}

    /// Copied for each use, never used itself: looking an algorithm up costs more than hashing
    /// an event.
    private static final MessageDigest FRESH = fresh();

    public static byte[] of(byte[] bytes) {
        return copy().digest(bytes);
    }

    private static MessageDigest copy() {
        try {
            return (MessageDigest) FRESH.clone();
        } catch (CloneNotSupportedException e) {
            return fresh();
        }
    }

    private static MessageDigest fresh() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("this Java platform has no SHA-256", e);
        }
    }
}
