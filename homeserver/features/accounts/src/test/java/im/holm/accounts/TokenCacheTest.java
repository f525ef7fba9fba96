package im.holm.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.accounts.TokenTable.AccessRow;
import im.holm.protocol.id.UserId;
import im.holm.slice.Caller;

import org.junit.jupiter.api.Test;

import java.util.OptionalLong;

class TokenCacheTest {

    private final TokenCache cache = new TokenCache(2);

    @Test
    void aUserThatIsForgottenIsForgottenAlone() {
        put("a", 1);
        put("b", 2);
        cache.forget(1);
        assertThat(knows("a")).isFalse();
        assertThat(knows("b")).isTrue();
        cache.forget(3);
        assertThat(knows("b")).isTrue();
    }

    @Test
    void whatWasReadBeforeALogoutIsNotKeptAfterIt() {
        long ticket = cache.ticket();
        cache.forget(1);
        cache.put(TokenText.hash("a"), caller(1), row(1), ticket);
        assertThat(knows("a")).isFalse();
        put("a", 1);
        assertThat(knows("a")).isTrue();
    }

    @Test
    void theTokenThatWasNotUsedForLongestMakesRoom() {
        put("a", 1);
        put("b", 1);
        assertThat(knows("a")).isTrue();
        put("c", 1);
        assertThat(knows("b")).isFalse();
        assertThat(knows("a")).isTrue();
        cache.forget(1);
        assertThat(knows("a")).isFalse();
        assertThat(knows("c")).isFalse();
    }

    private void put(String token, long userNid) {
        cache.put(TokenText.hash(token), caller(userNid), row(userNid), cache.ticket());
    }

    private boolean knows(String token) {
        return cache.get(TokenText.hash(token)).isPresent();
    }

    private static Caller caller(long userNid) {
        return new Caller(UserId.of("@u" + userNid + ":x"), userNid, "D", userNid, false);
    }

    private static AccessRow row(long userNid) {
        return new AccessRow(
                userNid, "u" + userNid, false, userNid, "D", OptionalLong.empty(), false);
    }
}
