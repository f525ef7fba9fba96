package im.holm.accounts;

import im.holm.accounts.TokenTable.AccessRow;
import im.holm.slice.Caller;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Who the recently seen access tokens stand for, by the tokens' hashes. What was read from the
/// database is kept only if nothing was forgotten meanwhile: a token that is being looked up while
/// it is logged out must not come back.
final class TokenCache {

    /// About 300 bytes each.
    static final int TOKENS_MAX = 20_000;

    private final Map<String, Known> known = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > TOKENS_MAX;
        }
    };
    private long forgettings;

    record Known(Caller caller, OptionalLong expiresMs) {}

    synchronized Optional<Known> get(byte[] hash) {
        return Optional.ofNullable(known.get(key(hash)));
    }

    /// To be taken before reading what is then [#put].
    synchronized long ticket() {
        return forgettings;
    }

    synchronized void put(byte[] hash, Caller caller, AccessRow row, long ticket) {
        if (ticket == forgettings) {
            known.put(key(hash), new Known(caller, row.expiresMs()));
        }
    }

    /// Forgets all tokens of a user.
    synchronized void forget(long userNid) {
        forgettings++;
        known.values().removeIf(one -> one.caller().userNid() == userNid);
    }

    private static String key(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
