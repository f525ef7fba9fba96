package im.holm.accounts;

import im.holm.accounts.TokenTable.AccessRow;
import im.holm.slice.Caller;

import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Who the recently seen access tokens stand for, by the tokens' hashes. What was read from the
/// database is kept only if nothing was forgotten meanwhile: a token that is being looked up while
/// it is logged out must not come back.
final class TokenCache {

    /// About 400 bytes each.
    static final int TOKENS_MAX = 20_000;

    private final int tokensMax;
    private final Map<Long, Set<String>> byUser = new HashMap<>();
    private final Map<String, Known> known = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            boolean full = size() > tokensMax;
            if (full) {
                unlist(eldest.getKey(), eldest.getValue().caller().userNid());
            }
            return full;
        }
    };
    private long forgettings;

    TokenCache(int tokensMax) {
        this.tokensMax = tokensMax;
    }

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
            byUser.computeIfAbsent(caller.userNid(), _ -> new HashSet<>()).add(key(hash));
            known.put(key(hash), new Known(caller, row.expiresMs()));
        }
    }

    /// Forgets all tokens of a user. Quick: it is called on the committer's thread.
    synchronized void forget(long userNid) {
        forgettings++;
        Set<String> keys = byUser.remove(userNid);
        if (keys != null) {
            keys.forEach(known::remove);
        }
    }

    private void unlist(String key, long userNid) {
        byUser.computeIfPresent(userNid, (_, keys) -> {
            keys.remove(key);
            return keys.isEmpty() ? null : keys;
        });
    }

    private static String key(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
