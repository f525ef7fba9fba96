package im.holm.platform.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Weigher;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.Objects;

/// The caches of a node: all of them together take at most one number of bytes, of which each is
/// given a share when it is made. Each has its hits, misses, evictions and bytes as metrics.
///
/// Bytes are what the weighers say, which is about what the heap sees.
public final class Caches {

    /// Of the heap, for all caches of a node together.
    private static final double HEAP_SHARE = 0.4;

    /// What one entry takes beside its key and value.
    private static final int ENTRY_BYTES = 96;

    private final long budgetBytes;
    private final MeterRegistry registry;
    private double given;

    /// @param budgetBytes for all of them together
    public Caches(long budgetBytes, MeterRegistry registry) {
        this.budgetBytes = budgetBytes;
        this.registry = Objects.requireNonNull(registry);
    }

    /// Caches that may take 40% of this process's heap.
    public static Caches ofHeap(MeterRegistry registry) {
        return new Caches((long) (Runtime.getRuntime().maxMemory() * HEAP_SHARE), registry);
    }

    /// A cache.
    ///
    /// @param name of its metrics: `holm_cache_*{cache="<name>"}`
    /// @param share of all the bytes, 0 to 1; the shares of all caches together are at most 1
    /// @param weigher bytes of a key and its value; an entry is weighed when it is put
    public <K, V> Cache<K, V> weighed(
            String name, double share, Weigher<? super K, ? super V> weigher) {
        Cache<K, V> cache = Caffeine.newBuilder()
                .maximumWeight(Math.max(1, take(name, share)))
                .weigher((K key, V value) -> ENTRY_BYTES + weigher.weigh(key, value))
                .recordStats()
                .build();
        count(name, cache);
        return cache;
    }

    private synchronized long take(String name, double share) {
        given += share;
        if (share <= 0 || given > 1.0001) {
            throw new IllegalArgumentException("no bytes are left for the cache " + name);
        }
        return (long) (budgetBytes * share);
    }

    private void count(String name, Cache<?, ?> cache) {
        FunctionCounter.builder("holm.cache.hits", cache, from -> from.stats().hitCount())
                .description("look-ups that the cache answered")
                .tag("cache", name)
                .register(registry);
        FunctionCounter.builder("holm.cache.misses", cache, from -> from.stats().missCount())
                .description("look-ups that the cache did not answer")
                .tag("cache", name)
                .register(registry);
        FunctionCounter.builder(
                        "holm.cache.evictions", cache, from -> from.stats().evictionCount())
                .description("entries that made room for others")
                .tag("cache", name)
                .register(registry);
        Gauge.builder("holm.cache.bytes", cache, Caches::bytes)
                .description("what the entries take, about")
                .tag("cache", name)
                .register(registry);
    }

    private static double bytes(Cache<?, ?> cache) {
        return cache.policy()
                .eviction()
                .map(eviction -> (double) eviction.weightedSize().orElse(0))
                .orElse(0.0);
    }
}
