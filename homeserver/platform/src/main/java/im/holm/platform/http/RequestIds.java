package im.holm.platform.http;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/// Request ids: unique for a process, and between processes as far as 32 random bits go.
final class RequestIds {
    private static final String PROCESS = HexFormat.of().toHexDigits(new SecureRandom().nextInt());
    private static final AtomicLong COUNTER = new AtomicLong();

    private RequestIds() {}

    static String next() {
        return PROCESS + "-" + Long.toString(COUNTER.incrementAndGet(), 36);
    }
}
