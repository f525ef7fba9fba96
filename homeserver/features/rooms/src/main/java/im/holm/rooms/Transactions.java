package im.holm.rooms;

import im.holm.engine.core.TxnKey;
import im.holm.platform.http.Request;
import im.holm.protocol.event.Sha256;
import im.holm.slice.Caller;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Keys that make a send idempotent: a device and a path with a transaction id (client-server API,
/// "Transaction identifiers").
final class Transactions {

    /// Longer transaction ids are refused.
    static final int TXN_ID_MAX_BYTES = 255;

    private Transactions() {}

    static TxnKey key(Caller caller, Request http, String txnId) {
        int query = http.target().indexOf('?');
        String path = query < 0 ? http.target() : http.target().substring(0, query);
        return new TxnKey(caller.deviceNid(), txnId, digest(http.method() + " " + path));
    }

    private static byte[] digest(String text) {
        byte[] hash = Sha256.of(text.getBytes(StandardCharsets.UTF_8));
        return Arrays.copyOf(hash, TxnKey.KEY_BYTES);
    }
}
