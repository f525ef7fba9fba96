package im.holm.federation.discovery;

import im.holm.platform.http.Headers;

import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/// How long a well-known answer may be kept (RFC 9111, with the caps of the server-server API).
final class CacheTtl {
    /// Without cache headers.
    static final Duration DEFAULT = Duration.ofHours(24);

    static final Duration MAX = Duration.ofHours(48);

    /// NOTSPEC: an answer that forbids caching is kept this long, or every request to the
    /// server would ask again.
    static final Duration MIN = Duration.ofMinutes(5);

    private CacheTtl() {}

    /// Milliseconds, between [#MIN] and [#MAX].
    static long of(Headers headers, long nowMs) {
        long ttl = DEFAULT.toMillis();
        boolean said = false;
        for (String line : headers.all("Cache-Control")) {
            for (String part : line.split(",")) {
                String directive = part.strip().toLowerCase(Locale.ROOT);
                if (directive.equals("no-store") || directive.equals("no-cache")) {
                    return MIN.toMillis();
                }
                if (directive.matches("max-age=\"?[0-9]{1,10}\"?")) {
                    ttl = Long.parseLong(directive.replaceAll("[^0-9]", "")) * 1000;
                    said = true;
                }
            }
        }
        if (!said && headers.has("Expires")) {
            ttl = untilExpires(headers.first("Expires").orElseThrow(), nowMs);
        }
        return Math.clamp(ttl, MIN.toMillis(), MAX.toMillis());
    }

    private static long untilExpires(String date, long nowMs) {
        try {
            var expires = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME);
            return expires.toInstant().toEpochMilli() - nowMs;
        } catch (DateTimeParseException malformed) {
            return 0;
        }
    }
}
