package im.holm.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;

import org.junit.jupiter.api.Test;

import java.util.Optional;

class PasswordsTest {

    private final Passwords passwords = new Passwords();

    @Test
    void aHashIsArgon2idWithItsParametersAndVerifies() {
        String phc = hash("correct horse");
        assertThat(phc).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(passwords.compare(Optional.of(phc), "correct horse"))
                .isEqualTo(new Passwords.Comparison.Same());
        assertThat(passwords.compare(Optional.of(phc), "correct horsf"))
                .isEqualTo(new Passwords.Comparison.Different());
    }

    @Test
    void theSamePasswordIsHashedAnewEachTime() {
        assertThat(hash("correct horse")).isNotEqualTo(hash("correct horse"));
    }

    @Test
    void nobodysPasswordIsNeverRight() {
        assertThat(passwords.compare(Optional.empty(), "the password of nobody"))
                .isEqualTo(new Passwords.Comparison.Different());
    }

    @Test
    void shortLongAndObviousPasswordsAreRefused() {
        assertThat(flaw("1234567")).contains(ErrorCode.WEAK_PASSWORD);
        assertThat(flaw("aaaaaaaaaa")).contains(ErrorCode.WEAK_PASSWORD);
        assertThat(flaw("Alice-the-first")).contains(ErrorCode.WEAK_PASSWORD);
        assertThat(flaw("ä".repeat(257))).contains(ErrorCode.INVALID_PARAM);
        assertThat(flaw("ä".repeat(3) + "xy")).isEmpty();
    }

    private static Optional<ErrorCode> flaw(String password) {
        return Passwords.flaw(password, Optional.of("alice-the-first")).map(Problem::code);
    }

    private String hash(String password) {
        return switch (passwords.hash(password)) {
            case Passwords.Hashing.Done(String phc) -> phc;
            case Passwords.Hashing.Busy busy -> throw new AssertionError(busy);
        };
    }
}
