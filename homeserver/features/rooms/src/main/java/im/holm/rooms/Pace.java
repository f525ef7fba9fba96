package im.holm.rooms;

import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Response;
import im.holm.slice.ClientRoute;
import im.holm.slice.ClientRoute.UserHandler;
import im.holm.slice.RateLimit;

import java.time.InstantSource;
import java.util.List;

/// Slows down users who ask too often (client-server API, "Rate limiting"). Far above what people
/// do, and what clients do for them.
final class Pace {

    private static final int CREATE_BURST = 50;
    private static final double CREATES_PER_SECOND = 0.5;

    private static final int ENTER_BURST = 100;
    private static final double ENTERS_PER_SECOND = 2;

    private static final int SEND_BURST = 300;
    private static final double SENDS_PER_SECOND = 30;

    private final RateLimit creating;
    private final RateLimit entering;
    private final RateLimit sending;

    Pace(boolean limited, InstantSource time) {
        creating = new RateLimit(limited, CREATE_BURST, CREATES_PER_SECOND, time);
        entering = new RateLimit(limited, ENTER_BURST, ENTERS_PER_SECOND, time);
        sending = new RateLimit(limited, SEND_BURST, SENDS_PER_SECOND, time);
    }

    List<ClientRoute> ofCreating(List<ClientRoute> routes) {
        return paced(creating, routes);
    }

    /// Joining, inviting and the like: much of it goes to other servers.
    List<ClientRoute> ofEntering(List<ClientRoute> routes) {
        return paced(entering, routes);
    }

    /// Events, receipts, typing, own data.
    List<ClientRoute> ofSending(List<ClientRoute> routes) {
        return paced(sending, routes);
    }

    private static List<ClientRoute> paced(RateLimit limit, List<ClientRoute> routes) {
        return routes.stream().map(route -> paced(limit, route)).toList();
    }

    /// Reading is not slowed down.
    private static ClientRoute paced(RateLimit limit, ClientRoute route) {
        boolean reads = route.method() == Method.GET;
        if (reads || !(route.access() instanceof ClientRoute.Access.User(UserHandler handler))) {
            return route;
        }
        UserHandler paced = (caller, http) -> limit.take(caller.user().toString())
                .map((Problem problem) -> Response.of(problem))
                .orElseGet(() -> handler.handle(caller, http));
        return new ClientRoute(
                route.method(),
                route.path(),
                route.documented(),
                new ClientRoute.Access.User(paced),
                route.longPoll(),
                route.bodyMaxBytes());
    }
}
