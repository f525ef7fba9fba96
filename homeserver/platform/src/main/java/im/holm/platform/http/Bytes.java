package im.holm.platform.http;

import java.util.List;

/// Byte arrays joined into one.
final class Bytes {
    private Bytes() {}

    static byte[] concat(List<byte[]> parts, int length) {
        byte[] whole = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
