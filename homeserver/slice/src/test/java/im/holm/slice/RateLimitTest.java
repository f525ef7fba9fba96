package im.holm.slice;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.time.SettableTime;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

class RateLimitTest {

    private final SettableTime time = new SettableTime(Instant.parse("2026-11-25T00:00:00Z"));
    private final RateLimit limit = new RateLimit(true, 2, 0.5, time);

    @Test
    void aBurstPassesAndThenOnlyWhatTheRateRefills() {
        assertThat(limit.take("@a:x")).isEmpty();
        assertThat(limit.take("@a:x")).isEmpty();
        Optional<Problem> refused = limit.take("@a:x");
        assertThat(refused).isPresent();
        assertThat(refused.get().code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        assertThat(refused.get().retryAfterMs()).hasValue(2000);
        time.advance(Duration.ofMillis(2000));
        assertThat(limit.take("@a:x")).isEmpty();
        assertThat(limit.take("@a:x")).isPresent();
    }

    @Test
    void oneKeyDoesNotSlowAnother() {
        limit.take("@a:x");
        limit.take("@a:x");
        assertThat(limit.take("@a:x")).isPresent();
        assertThat(limit.take("@b:x")).isEmpty();
    }

    @Test
    void checkingTakesNothing() {
        limit.take("@a:x");
        assertThat(limit.check("@a:x")).isEmpty();
        assertThat(limit.check("@a:x")).isEmpty();
        limit.take("@a:x");
        assertThat(limit.check("@a:x")).isPresent();
    }

    @Test
    void aLimitThatIsOffLimitsNothing() {
        var off = new RateLimit(false, 1, 0.001, time);
        for (int i = 0; i < 100; i++) {
            assertThat(off.take("@a:x")).isEmpty();
        }
    }

    @Test
    void aClockThatWasSetBackFillsNothing() {
        limit.take("@a:x");
        limit.take("@a:x");
        time.advance(Duration.ofHours(-1));
        assertThat(limit.take("@a:x")).isPresent();
    }
}
