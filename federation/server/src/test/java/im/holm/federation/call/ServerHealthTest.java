package im.holm.federation.call;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.time.SettableTime;
import im.holm.protocol.id.ServerName;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class ServerHealthTest {
    private static final ServerName PEER = ServerName.of("peer.example.org");

    private final SettableTime time = new SettableTime(Instant.parse("2026-11-25T03:00:00Z"));
    private final ServerHealth health = new ServerHealth(time);

    @Test
    void pausesDoubleUpToAMaximumGiveOrTakeAFifth() {
        long expectedMs = 1_000;
        for (int i = 0; i < 15; i++) {
            health.failed(PEER, 0);
            long pauseMs = health.trouble(PEER).orElseThrow().retryAtMs() - time.millis();
            assertThat(pauseMs).isBetween((long) (expectedMs * 0.8), (long) (expectedMs * 1.2));
            time.advance(Duration.ofMillis(pauseMs));
            assertThat(health.permits(PEER, Urgency.BACKGROUND)).isTrue();
            expectedMs = Math.min(expectedMs * 2, ServerHealth.PAUSE_MAX.toMillis());
        }
    }

    @Test
    void failuresOfCallsThatWereOnTheirWayTogetherCountOnce() {
        for (int i = 0; i < 10; i++) {
            health.failed(PEER, 0);
        }

        assertThat(health.trouble(PEER).orElseThrow().failures()).isEqualTo(1);
    }

    @Test
    void aUserMayProbeOnceInAWhileButTheBackgroundWaits() {
        for (int i = 0; i < 8; i++) {
            health.failed(PEER, 0);
            time.advance(Duration.ofMinutes(1));
        }
        health.failed(PEER, 0);
        time.advance(ServerHealth.PROBE_PAUSE);

        assertThat(health.permits(PEER, Urgency.BACKGROUND)).isFalse();
        assertThat(health.permits(PEER, Urgency.USER)).isTrue();
        assertThat(health.permits(PEER, Urgency.USER)).isFalse();
        time.advance(ServerHealth.PROBE_PAUSE);
        assertThat(health.permits(PEER, Urgency.USER)).isTrue();
    }

    @Test
    void aServerThatIsHeardFromIsUpAgainAndItsWatchersAreTold() {
        List<ServerName> told = new ArrayList<>();
        health.watchRecovery(told::add);
        health.failed(PEER, 0);
        health.succeeded(PEER);
        health.succeeded(PEER);

        assertThat(health.permits(PEER, Urgency.BACKGROUND)).isTrue();
        assertThat(told).containsExactly(PEER);
    }

    @Test
    void whatTheServerAsksForIsWaitedButNotForEver() {
        health.failed(PEER, 20_000);
        assertThat(health.trouble(PEER).orElseThrow().retryAtMs() - time.millis())
                .isEqualTo(20_000);
        time.advance(Duration.ofSeconds(20));
        health.failed(PEER, Long.MAX_VALUE);
        assertThat(health.trouble(PEER).orElseThrow().retryAtMs() - time.millis())
                .isEqualTo(ServerHealth.PAUSE_MAX.toMillis());
    }
}
