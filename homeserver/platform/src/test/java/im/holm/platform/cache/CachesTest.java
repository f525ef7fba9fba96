package im.holm.platform.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.holm.platform.metrics.Metrics;

import org.junit.jupiter.api.Test;

class CachesTest {

    private final Metrics metrics = new Metrics();
    private final Caches caches = new Caches(100_000, metrics.registry());

    @Test
    void aCacheHoldsNoMoreBytesThanItsShare() {
        var cache = caches.<Integer, byte[]>weighed("half", 0.5, (_, value) -> value.length);
        for (int i = 0; i < 200; i++) {
            cache.put(i, new byte[1_000]);
        }
        cache.cleanUp();
        long bytes = cache.policy().eviction().orElseThrow().weightedSize().orElseThrow();
        assertThat(bytes).isBetween(20_000L, 50_000L);
        assertThat(metrics.scrape()).contains("holm_cache_bytes{cache=\"half\"} " + (double) bytes);
    }

    @Test
    void hitsAndMissesOfEachCacheAreMetrics() {
        var cache = caches.<String, String>weighed("names", 0.1, (_, _) -> 10);
        cache.getIfPresent("absent");
        cache.put("here", "yes");
        cache.getIfPresent("here");
        cache.getIfPresent("here");
        assertThat(metrics.scrape())
                .contains("holm_cache_hits_total{cache=\"names\"} 2.0")
                .contains("holm_cache_misses_total{cache=\"names\"} 1.0");
    }

    @Test
    void moreThanAllOfTheBytesCannotBeGivenAway() {
        caches.weighed("most", 0.9, (_, _) -> 1);
        assertThatThrownBy(() -> caches.weighed("too much", 0.2, (_, _) -> 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("too much");
    }
}
