package im.holm.accounts;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Argon2id with 19 MiB, two passes and one lane (OWASP's minimum), stored as PHC strings. Each
/// hash takes 40 to 80 ms of a core and its memory, so that only a few run at once; who waits too
/// long is told to come again.
final class Passwords {

    static final int BYTES_MIN = 8;
    static final int BYTES_MAX = 512;

    private static final int MEMORY_KIB = 19 * 1024;
    private static final int PASSES = 2;
    private static final int LANES = 1;
    private static final int HASH_BYTES = 32;
    private static final int SALT_BYTES = 16;
    private static final int WAIT_SECONDS = 8;
    private static final long RETRY_AFTER_MS = 2_000;

    /// Compared with when there is no account, so that both answers take alike: of our
    /// parameters, and nobody's, since no password is known that hashes to zeros. Written down
    /// and not made: making one cost every start a fifth of a second.
    private static final String NOBODYS = "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
            .formatted(
                    MEMORY_KIB,
                    PASSES,
                    LANES,
                    Base64.getEncoder().withoutPadding().encodeToString(new byte[SALT_BYTES]),
                    Base64.getEncoder().withoutPadding().encodeToString(new byte[HASH_BYTES]));

    private final Argon2Function argon2 =
            Argon2Function.getInstance(MEMORY_KIB, PASSES, LANES, HASH_BYTES, Argon2.ID);
    private final Semaphore running =
            new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()), true);

    sealed interface Hashing {
        record Done(String phc) implements Hashing {}

        record Busy(Problem problem) implements Hashing {}
    }

    sealed interface Comparison {
        record Same() implements Comparison {}

        record Different() implements Comparison {}

        record Busy(Problem problem) implements Comparison {}
    }

    /// What is wrong with a new password, if anything is.
    static Optional<Problem> flaw(String password, Optional<String> localpart) {
        int bytes = password.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < BYTES_MIN) {
            return Optional.of(Problem.of(
                    ErrorCode.WEAK_PASSWORD, "A password has at least " + BYTES_MIN + " bytes."));
        }
        if (bytes > BYTES_MAX) {
            return Optional.of(Problem.of(
                    ErrorCode.INVALID_PARAM, "A password has at most " + BYTES_MAX + " bytes."));
        }
        if (password.chars().distinct().count() == 1
                || localpart.filter(password::equalsIgnoreCase).isPresent()) {
            return Optional.of(
                    Problem.of(ErrorCode.WEAK_PASSWORD, "This password is too easy to guess."));
        }
        return Optional.empty();
    }

    Hashing hash(String password) {
        if (!enter()) {
            return new Hashing.Busy(busy());
        }
        try {
            return new Hashing.Done(hashNow(password));
        } finally {
            running.release();
        }
    }

    /// Compares with a stored hash. Without one it takes as long and says
    /// [Comparison.Different].
    Comparison compare(Optional<String> stored, String password) {
        if (password.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX) {
            return new Comparison.Different();
        }
        if (!enter()) {
            return new Comparison.Busy(busy());
        }
        try {
            String phc = stored.orElse(NOBODYS);
            boolean same =
                    Password.check(password, phc).with(Argon2Function.getInstanceFromHash(phc));
            return same && stored.isPresent() ? new Comparison.Same() : new Comparison.Different();
        } finally {
            running.release();
        }
    }

    private String hashNow(String password) {
        return Password.hash(password).addRandomSalt(SALT_BYTES).with(argon2).getResult();
    }

    private boolean enter() {
        try {
            return running.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Problem busy() {
        return Problem.retryLater(
                ErrorCode.LIMIT_EXCEEDED, "Too many sign-ins are being checked.", RETRY_AFTER_MS);
    }
}
