package im.holm.slice;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A token bucket for each key, a user or an address: `burst` requests at once, then
/// `perSecond` of them a second. In memory and for this node alone; the least recently asked keys
/// are forgotten, which lets them start afresh.
///
/// Endpoints answer with the problem that [#take] returns: `M_LIMIT_EXCEEDED` with
/// `retry_after_ms` (client-server API, "Rate limiting").
public final class RateLimit {

    /// Buckets kept at most.
    public static final int KEYS_MAX = 50_000;

    private final boolean on;
    private final int burst;
    private final double perSecond;
    private final InstantSource time;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > KEYS_MAX;
        }
    };

    /// @param on whether it limits at all: `rate_limits` of the configuration
    public RateLimit(boolean on, int burst, double perSecond, InstantSource time) {
        if (burst < 1 || perSecond <= 0) {
            throw new IllegalArgumentException("a bucket that never fills");
        }
        this.on = on;
        this.burst = burst;
        this.perSecond = perSecond;
        this.time = time;
    }

    /// Takes one token.
    ///
    /// @return empty if there was one; else what to answer
    public Optional<Problem> take(String key) {
        return ask(key, 1);
    }

    /// What [#take] would answer, without taking anything: for limits on failures only.
    public Optional<Problem> check(String key) {
        return ask(key, 0);
    }

    private synchronized Optional<Problem> ask(String key, int taken) {
        if (!on) {
            return Optional.empty();
        }
        long now = time.millis();
        Bucket bucket = buckets.computeIfAbsent(key, _ -> new Bucket(burst, now));
        bucket.fill(now);
        if (bucket.tokens < 1) {
            long waitMs = (long) Math.ceil((1 - bucket.tokens) / perSecond * 1000);
            return Optional.of(Problem.retryLater(
                    ErrorCode.LIMIT_EXCEEDED, "Too many requests.", Math.max(1, waitMs)));
        }
        bucket.tokens -= taken;
        return Optional.empty();
    }

    private final class Bucket {
        private double tokens;
        private long atMs;

        Bucket(double tokens, long atMs) {
            this.tokens = tokens;
            this.atMs = atMs;
        }

        /// A clock that was set back fills nothing.
        void fill(long nowMs) {
            tokens = Math.min(burst, tokens + Math.max(0, nowMs - atMs) * perSecond / 1000);
            atMs = nowMs;
        }
    }
}
