package im.holm.federation.keys;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import im.holm.federation.call.Transport;
import im.holm.platform.db.Database;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonWriter;
import im.holm.protocol.signing.KeyRing;
import im.holm.protocol.signing.VerifyKey;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// The keys of all servers: from memory, from the database, from the servers themselves.
///
/// A server is asked again only when it may have something new to say: an unknown key, or a key
/// whose validity ended; never more often than [#REFRESH_PAUSE], and after failures ever more
/// rarely. Concurrent questions about one server share one request.
public final class ServerKeys implements KeyRing {
    /// Between two requests to a server that answered.
    static final Duration REFRESH_PAUSE = Duration.ofMinutes(1);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
    private static final Duration RETRY_MAX = Duration.ofMinutes(10);

    /// All cached keys and documents together, roughly.
    private static final long CACHE_MAX_BYTES = 64L << 20;

    private static final int ENTRY_BYTES = 512;
    private static final int KEY_ENTRY_BYTES = 160;

    /// Keys prefetched at once.
    private static final int PREFETCH_MAX = 2_000;

    private final OwnKeys own;
    private final ServerKeyTable table;
    private final KeyFetching fetching;
    private final InstantSource time;
    private final Cache<ServerName, Known> memory = Caffeine.newBuilder()
            .maximumWeight(CACHE_MAX_BYTES)
            .weigher((ServerName _, Known known) -> known.weightBytes())
            .build();
    private final Map<ServerName, CompletableFuture<Known>> inFlight = new ConcurrentHashMap<>();

    public ServerKeys(
            OwnKeys own,
            Database database,
            Transport transport,
            List<ServerName> notaries,
            InstantSource time) {
        this.own = own;
        this.table = new ServerKeyTable(database);
        this.fetching = new KeyFetching(transport, notaries, time);
        this.time = time;
    }

    /// @param fetchedMs when the document came, 0 if never
    /// @param nextTryMs before that the server is not asked again
    private record Known(
            Map<KeyId, VerifyKey> keys,
            Optional<KeyDocument> document,
            long fetchedMs,
            int failures,
            long nextTryMs) {

        static final Known NOTHING = new Known(Map.of(), Optional.empty(), 0, 0, 0);

        int weightBytes() {
            int json =
                    document.map(doc -> 2 * JsonWriter.write(doc.json()).length).orElse(0);
            return ENTRY_BYTES + KEY_ENTRY_BYTES * keys.size() + json;
        }
    }

    @Override
    public Optional<VerifyKey> key(ServerName server, KeyId keyId, long atMillis) {
        if (server.equals(own.server())) {
            return own.key(keyId);
        }
        Known known = known(server);
        if (needsRefresh(known, keyId, atMillis)) {
            known = refresh(server);
        }
        return Optional.ofNullable(known.keys().get(keyId));
    }

    /// Fetches the keys of servers that nothing is known of, several at a time, for at most
    /// `within`.
    public void prefetch(Collection<ServerName> servers, Duration within) {
        List<ServerName> unknown = servers.stream()
                .distinct()
                .filter(server -> !server.equals(own.server()))
                .filter(server -> known(server).keys().isEmpty())
                .limit(PREFETCH_MAX)
                .toList();
        if (unknown.isEmpty()) {
            return;
        }
        ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
        try {
            unknown.forEach(server -> workers.execute(() -> refresh(server)));
            workers.shutdown();
            workers.awaitTermination(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /// Servers whose keys were fetched most lately: those that we have to do with.
    public List<ServerName> newest(int max) {
        return table.newest(max);
    }

    /// The newest document of a server, fetched if what we have is half used up or ends before
    /// `validAtMs`; an old one if the server cannot be asked.
    Optional<KeyDocument> document(ServerName server, long validAtMs) {
        Known known = known(server);
        long now = time.millis();
        boolean fresh = known.document()
                .filter(document -> document.validUntilMs() >= validAtMs)
                .filter(document -> now - known.fetchedMs() < document.validUntilMs() - now)
                .isPresent();
        return fresh ? known.document() : refresh(server).document();
    }

    private Known known(ServerName server) {
        Known known = memory.getIfPresent(server);
        if (known == null) {
            known = table.read(server)
                    .map(stored ->
                            new Known(stored.keys(), stored.document(), stored.fetchedMs(), 0, 0))
                    .orElse(Known.NOTHING);
            if (!known.keys().isEmpty()) {
                memory.put(server, known);
            }
        }
        return known;
    }

    private static boolean needsRefresh(Known known, KeyId keyId, long atMillis) {
        VerifyKey key = known.keys().get(keyId);
        return key == null || !key.expired() && !key.coversInstant(atMillis);
    }

    private Known refresh(ServerName server) {
        CompletableFuture<Known> mine = new CompletableFuture<>();
        CompletableFuture<Known> theirs = inFlight.putIfAbsent(server, mine);
        if (theirs != null) {
            return waitFor(theirs, server);
        }
        try {
            mine.complete(fetch(server));
        } catch (RuntimeException broken) {
            mine.completeExceptionally(broken);
            throw broken;
        } finally {
            inFlight.remove(server, mine);
        }
        return mine.join();
    }

    private Known waitFor(CompletableFuture<Known> other, ServerName server) {
        try {
            return other.get();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return known(server);
        } catch (ExecutionException broken) {
            return known(server);
        }
    }

    private Known fetch(ServerName server) {
        Known before = known(server);
        long now = time.millis();
        if (now < before.nextTryMs()) {
            return before;
        }
        Optional<KeyDocument> document = fetching.fetch(server, this::cachedKey);
        Known after;
        if (document.isPresent()) {
            Map<KeyId, VerifyKey> keys = new HashMap<>(before.keys());
            keys.putAll(document.get().keys());
            table.write(document.get(), now);
            after = new Known(Map.copyOf(keys), document, now, 0, now + REFRESH_PAUSE.toMillis());
        } else {
            int failures = Math.min(before.failures() + 1, 20);
            long pause = Math.min(RETRY_MAX.toMillis(), FIRST_RETRY.toMillis() << (failures - 1));
            after = new Known(
                    before.keys(), before.document(), before.fetchedMs(), failures, now + pause);
        }
        memory.put(server, after);
        return after;
    }

    /// A notary's key, by the same rules; a notary vouches for others, never for itself.
    private Optional<VerifyKey> cachedKey(ServerName notary, KeyId keyId) {
        return key(notary, keyId, time.millis());
    }
}
