package im.holm.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.accounts.TokenText.Kind;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;

class TokenTextTest {

    private final SecureRandom random = new SecureRandom();

    @Test
    void aTokenIsOfItsOwnKindOnly() {
        String token = TokenText.mint(Kind.ACCESS, random);
        assertThat(token).startsWith("hol_acc_");
        assertThat(TokenText.is(Kind.ACCESS, token)).isTrue();
        assertThat(TokenText.is(Kind.REFRESH, token)).isFalse();
        assertThat(TokenText.is(Kind.ADMIN, token)).isFalse();
    }

    @Test
    void noTwoTokensAreAlike() {
        assertThat(TokenText.mint(Kind.ACCESS, random))
                .isNotEqualTo(TokenText.mint(Kind.ACCESS, random));
    }

    @Test
    void everyChangedCharacterIsNoticed() {
        String token = TokenText.mint(Kind.ACCESS, random);
        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'x' ? 'y' : 'x';
            String changed = token.substring(0, i) + other + token.substring(i + 1);
            assertThat(TokenText.is(Kind.ACCESS, changed)).as(changed).isFalse();
        }
        assertThat(TokenText.is(Kind.ACCESS, token + "x")).isFalse();
        assertThat(TokenText.is(Kind.ACCESS, "")).isFalse();
    }
}
