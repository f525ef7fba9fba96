package im.holm.engine.core;

import java.util.Objects;

/// What makes a client's send idempotent: the device, and a hash of path and transaction id
/// (client-server API, "Transaction identifiers": the scope is device and path).
///
/// @param deviceNid this server's number for the device
/// @param txnId as the client gave it, echoed in `unsigned.transaction_id` to the same device
/// @param key SHA-256 over the path that carries it, first 16 bytes
public record TxnKey(long deviceNid, String txnId, byte[] key) {

    public static final int KEY_BYTES = 16;

    public TxnKey {
        Objects.requireNonNull(txnId);
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a transaction key has " + KEY_BYTES + " bytes");
        }
    }
}
