package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.platform.time.SettableTime;
import im.holm.protocol.id.UserId;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

class PaceTest {

    private final SettableTime time = new SettableTime(Instant.EPOCH);
    private final Pace pace = new Pace(true, time);

    @Test
    void whoSendsTooOftenWaitsAndOthersDoNot() {
        ClientRoute route = pace.ofSending(List.of(route(Method.PUT))).getFirst();
        assertThat(allowed(route, "ann", 1000)).isEqualTo(300);
        assertThat(allowed(route, "bob", 1)).isEqualTo(1);
        time.advance(Duration.ofSeconds(1));
        assertThat(allowed(route, "ann", 1000)).isEqualTo(30);
    }

    @Test
    void readingIsNotSlowedDown() {
        ClientRoute route = pace.ofSending(List.of(route(Method.GET))).getFirst();
        assertThat(allowed(route, "ann", 1000)).isEqualTo(1000);
    }

    @Test
    void roomsAreMadeMoreSlowlyThanMessages() {
        ClientRoute creating = pace.ofCreating(List.of(route(Method.POST))).getFirst();
        ClientRoute entering = pace.ofEntering(List.of(route(Method.POST))).getFirst();
        assertThat(allowed(creating, "ann", 1000)).isEqualTo(50);
        assertThat(allowed(entering, "ann", 1000)).isEqualTo(100);
    }

    private static ClientRoute route(Method method) {
        return ClientRoute.user(
                method, "/x", new Documented("x", "r0", "PaceTest"), (_, _) -> Response.empty());
    }

    private static int allowed(ClientRoute route, String localpart, int requests) {
        var handler = ((ClientRoute.Access.User) route.access()).handler();
        var caller = new Caller(UserId.of("@" + localpart + ":a.example"), 1, "D", 1, false);
        var request = Request.of(route.method(), "/x", Map.of(), new byte[0]);
        int allowed = 0;
        for (int i = 0; i < requests; i++) {
            int status = handler.handle(caller, request).status();
            assertThat(status).isIn(200, 429);
            allowed += status == 200 ? 1 : 0;
        }
        return allowed;
    }
}
