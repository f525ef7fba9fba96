package im.holm.slice.assembly;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Handler;
import im.holm.platform.http.PathTemplate;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.platform.http.Route;
import im.holm.platform.ws.WsMount;
import im.holm.slice.Caller;
import im.holm.slice.CallerSource.Recognition;
import im.holm.slice.ClientRoute;
import im.holm.slice.FederationRoute;
import im.holm.slice.Operation;
import im.holm.slice.OriginCheck;
import im.holm.slice.Slice;
import im.holm.slice.WebSocket;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The routes of each listener, made of all slices' parts.
public final class Faces {

    private static final String V3 = "/_matrix/client/v3/";
    private static final String R0 = "/_matrix/client/r0/";

    private final List<Slice> slices;
    private final Authentication authentication;

    public Faces(List<Slice> slices) {
        this.slices = List.copyOf(slices);
        this.authentication = new Authentication(
                slices.stream().flatMap(slice -> slice.callers().stream()).toList());
    }

    /// The client listener: Matrix client API and Messenger API.
    public List<Route> client() {
        var routes = new ArrayList<Route>();
        for (Slice slice : slices) {
            slice.clientRoutes().stream().map(this::mount).forEach(route -> {
                routes.add(route);
                older(route).ifPresent(routes::add);
            });
            slice.operations().forEach(operation -> routes.add(mount(operation)));
        }
        return routes;
    }

    /// What `/v3` serves is served under `/r0` too: the same operations, from before the
    /// specification had versions for each endpoint (r0.6.1 and earlier).
    private static Optional<Route> older(Route route) {
        String path = route.path().text();
        return path.startsWith(V3)
                ? Optional.of(
                        route.at(R0 + path.substring(V3.length()), "r0." + route.operationId()))
                : Optional.empty();
    }

    /// The admin API, for the management listener: whatever opens it, it is never public.
    public List<Route> admin() {
        return slices.stream()
                .flatMap(slice -> slice.adminRoutes().stream())
                .map(this::mount)
                .toList();
    }

    /// The federation listener.
    public List<Route> federation(OriginCheck originCheck) {
        var routes = new ArrayList<Route>();
        for (Slice slice : slices) {
            slice.federationRoutes().forEach(route -> routes.add(mount(route, originCheck)));
        }
        return routes;
    }

    /// What answers on the gateway's listener.
    public List<WsMount> webSockets() {
        var parts = new WebSocket.Parts(
                authentication,
                slices.stream().flatMap(slice -> slice.operations().stream()).toList(),
                slices.stream().flatMap(slice -> slice.gatewayEvents().stream()).toList());
        return slices.stream()
                .flatMap(slice -> slice.webSockets().stream())
                .map(socket -> new WsMount(socket.path(), socket.opening().open(parts)))
                .toList();
    }

    /// Tells what answers there which port the gateway's listener has.
    void gatewayListens(int port) {
        slices.stream()
                .flatMap(slice -> slice.webSockets().stream())
                .forEach(socket -> socket.opening().listening(port));
    }

    private Route mount(ClientRoute route) {
        Handler handler = switch (route.access()) {
            case ClientRoute.Access.Open open -> open.handler()::handle;
            case ClientRoute.Access.User user -> request -> asCaller(request, user.handler());
            case ClientRoute.Access.Admin admin ->
                request -> asCaller(
                        request,
                        (caller, authorized) -> caller.admin()
                                ? admin.handler().handle(caller, authorized)
                                : Response.of(Problem.of(
                                        ErrorCode.FORBIDDEN,
                                        "This is for administrators of the server.")));
        };
        return new Route(
                route.method(),
                new PathTemplate(route.path()),
                route.documented().operationId(),
                route.documented().addedIn(),
                route.bodyMaxBytes(),
                route.longPoll(),
                false,
                handler);
    }

    private Route mount(FederationRoute route, OriginCheck originCheck) {
        Handler handler = switch (route.access()) {
            case FederationRoute.Access.Open open -> open.handler()::handle;
            case FederationRoute.Access.Server server ->
                request -> switch (originCheck.check(request)) {
                    case OriginCheck.Origin.Verified verified ->
                        server.handler().handle(verified.server(), request);
                    case OriginCheck.Origin.Refused refused -> Response.of(refused.problem());
                };
        };
        return new Route(
                route.method(),
                new PathTemplate(route.path()),
                route.documented().operationId(),
                route.documented().addedIn(),
                route.bodyMaxBytes(),
                false,
                false,
                handler);
    }

    private Route mount(Operation operation) {
        Handler handler = request ->
                asCaller(request, (caller, authorized) -> run(operation, caller, authorized));
        return Route.of(
                operation.method(),
                operation.path(),
                "v1." + operation.documented().operationId(),
                handler);
    }

    private static Response run(Operation operation, Caller caller, Request request) {
        return switch (OperationInput.read(request)) {
            case OperationInput.Unreadable unreadable -> Response.of(unreadable.problem());
            case OperationInput.Readable readable ->
                switch (operation.handler().handle(caller, readable.input())) {
                    case Operation.Result.Ok ok -> Response.json(ok.status(), ok.body());
                    case Operation.Result.Failed failed -> Response.of(failed.problem());
                };
        };
    }

    private Response asCaller(Request request, ClientRoute.UserHandler handler) {
        return switch (authentication.of(request)) {
            case Recognition.Known(Caller caller) -> handler.handle(caller, request);
            case Recognition.Refused(Problem problem) -> Response.of(problem);
            case Recognition.Unknown _ -> Response.of(Problem.of(ErrorCode.UNKNOWN_TOKEN));
        };
    }
}
