package im.holm.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import javax.net.ssl.SSLException;

/// Requests over one connection, repeated while that may help: after 429 when the server says so,
/// after 5xx and lost connections with a growing pause. Every failed try is counted by its kind.
final class Caller implements AutoCloseable {
    static final byte[] NOTHING = {};
    static final String V3 = "/_matrix/client/v3";
    private static final int TRIES_MAX = 10;
    private static final int LIMITED_MAX = 200;
    private static final int PAUSE_MS_MIN = 100;
    private static final int PAUSE_MS_MAX = 3_000;
    private static final int RETRY_AFTER_MS_MAX = 60_000;

    private final HttpLink link;
    private final Errors errors;
    private final BooleanSupplier over;
    private String lastError = "";

    /// @param over no try begins after it has become true
    Caller(URI server, Errors errors, BooleanSupplier over) {
        this.link = new HttpLink(server);
        this.errors = errors;
        this.over = over;
    }

    /// @return whether it was answered with 2xx, in the end
    boolean call(String method, String path, String token, byte[] content, int timeout_ms) {
        int failed = 0;
        int limited = 0;
        while (!over.getAsBoolean() && failed < TRIES_MAX && limited < LIMITED_MAX) {
            long pause_ms = Math.min(PAUSE_MS_MAX, (long) PAUSE_MS_MIN << failed);
            try {
                int status = link.call(method, path, token, content, timeout_ms);
                if (status / 100 == 2) {
                    return true;
                }
                lastError = kind(status);
                if (status == 429) {
                    limited++;
                    pause_ms = retryAfter_ms(pause_ms);
                } else if (status >= 500) {
                    failed++;
                } else {
                    failed = TRIES_MAX;
                }
            } catch (IOException e) {
                if (over.getAsBoolean()) {
                    return false;
                }
                lastError = kind(e);
                failed++;
            }
            errors.count(lastError);
            if (failed < TRIES_MAX) {
                pause(pause_ms);
            }
        }
        return false;
    }

    /// The answer's text, or what is wrong as an exception for the setup, which cannot go on.
    String need(String method, String path, String token, String content) throws SetupFailure {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        if (!call(method, path, token, bytes, 60_000)) {
            throw new SetupFailure(
                    method + " " + path.replaceFirst("\\?.*", "") + ": " + lastError());
        }
        return link.text();
    }

    String lastError() {
        return over.getAsBoolean() ? "stopped" : lastError;
    }

    byte[] body() {
        return link.body();
    }

    int bodyLength() {
        return link.bodyLength();
    }

    static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private void pause(long pause_ms) {
        long until_ns = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause_ms);
        for (long left = until_ns - System.nanoTime();
                left > 0 && !over.getAsBoolean();
                left = until_ns - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, 200_000_000));
        }
    }

    private long retryAfter_ms(long otherwise_ms) {
        String said = top("retry_after_ms");
        if (said.matches("\\d{1,9}")) {
            return Math.min(RETRY_AFTER_MS_MAX, Math.max(1, Long.parseLong(said)));
        }
        return link.retryAfter_s() > 0
                ? Math.min(RETRY_AFTER_MS_MAX, link.retryAfter_s() * 1000L)
                : otherwise_ms;
    }

    private String kind(int status) {
        String code = top("errcode");
        return code.matches("[A-Z0-9_.]{1,60}") ? status + " " + code : Integer.toString(status);
    }

    private String top(String name) {
        try {
            return JsonScan.top(link.body(), link.bodyLength(), name);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static String kind(IOException e) {
        return switch (e) {
            case ConnectException _ -> "connection refused";
            case SocketTimeoutException _ -> "timed out";
            case UnknownHostException _ -> "unknown host";
            case SSLException _ -> "TLS failed: " + e.getMessage();
            case EOFException _ -> "connection lost";
            default -> "connection lost";
        };
    }

    @Override
    public void close() {
        link.close();
    }
}
