package im.holm.e2ee.keys;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;

import im.holm.e2ee.keys.OneTimeKeyTable.Stock;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonObject;

/// How many one-time keys devices have left: every `/sync` answer says so.
final class Stocks {

    private static final String SIGNED = "signed_curve25519";
    private static final int DEVICES_MAX = 50_000;

    private final LoadingCache<Long, Stock> stocks;

    Stocks(OneTimeKeyTable table) {
        this.stocks = Caffeine.newBuilder().maximumSize(DEVICES_MAX).build(table::stock);
    }

    Stock of(long deviceNid) {
        return stocks.get(deviceNid);
    }

    /// To be called after each change.
    void changed(long deviceNid) {
        stocks.invalidate(deviceNid);
    }

    /// The algorithm that everybody uses is there even with 0: clients that miss it would not
    /// upload.
    static JsonObject counts(Stock stock) {
        var counts = JsonObject.builder();
        if (!stock.counts().containsKey(SIGNED)) {
            counts.put(SIGNED, new JsonInteger(0));
        }
        stock.counts().forEach((algorithm, count) -> counts.put(algorithm, count));
        return counts.build();
    }
}
