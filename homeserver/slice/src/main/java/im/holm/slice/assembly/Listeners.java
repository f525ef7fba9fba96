package im.holm.slice.assembly;

import im.holm.platform.config.Config;
import im.holm.platform.config.Setting;
import im.holm.platform.config.Settings;
import im.holm.platform.health.Health;
import im.holm.platform.health.ManagementRoutes;
import im.holm.platform.http.HttpListener;
import im.holm.platform.http.ListenOutcome;
import im.holm.platform.http.ListenerOptions;
import im.holm.platform.http.Route;
import im.holm.platform.metrics.Metrics;
import im.holm.platform.tls.PemFiles;
import im.holm.platform.ws.WsListener;
import im.holm.platform.ws.WsOptions;
import im.holm.slice.OriginCheck;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;

/// The open ports of a node, each with the routes of its face.
public final class Listeners implements AutoCloseable {

    private static final Duration DRAIN = Duration.ofSeconds(3);

    private final HttpListener management;
    private final HttpListener federation;
    private final HttpListener client;
    private final WsListener gateway;

    private Listeners(
            HttpListener management,
            HttpListener federation,
            HttpListener client,
            WsListener gateway) {
        this.management = management;
        this.federation = federation;
        this.client = client;
        this.gateway = gateway;
    }

    /// Opens all of them, the client's last: whoever can reach it reaches a node that is whole.
    ///
    /// @param federationTls without it the federation API is plain HTTP
    public static Listeners open(
            Config config,
            Faces faces,
            OriginCheck originCheck,
            Optional<PemFiles> federationTls,
            Health health,
            Metrics metrics,
            Teardown teardown)
            throws StartRefused {
        var management = http(
                "management",
                options(config, Settings.MANAGEMENT_HOST, Settings.MANAGEMENT_PORT, "management")
                        .withoutCors(),
                management(faces, health, metrics),
                metrics,
                teardown);
        var plainFederation = options(
                        config, Settings.FEDERATION_HOST, Settings.FEDERATION_PORT, "federation")
                .withoutCors();
        var federation = http(
                "federation",
                federationTls.map(plainFederation::withTls).orElse(plainFederation),
                faces.federation(originCheck),
                metrics,
                teardown);
        var proxies = config.get(Settings.CLIENT_TRUSTED_PROXIES);
        var gateway = teardown.add(
                "gateway listener",
                opened(
                        "gateway",
                        WsListener.start(
                                WsOptions.of(
                                                config.get(Settings.GATEWAY_HOST),
                                                config.get(Settings.GATEWAY_PORT))
                                        .withTrustedProxies(proxies),
                                faces.webSockets(),
                                metrics)));
        faces.gatewayListens(gateway.port());
        var plainClient = options(config, Settings.CLIENT_HOST, Settings.CLIENT_PORT, "client")
                .withTrustedProxies(proxies);
        var client = http(
                "client",
                clientTls(config).map(plainClient::withTls).orElse(plainClient),
                faces.client(),
                metrics,
                teardown);
        return new Listeners(management, federation, client, gateway);
    }

    public int managementPort() {
        return management.port();
    }

    public int federationPort() {
        return federation.port();
    }

    public int clientPort() {
        return client.port();
    }

    public int gatewayPort() {
        return gateway.port();
    }

    /// Takes no more requests, ends long polls, lets the others finish, and closes. Health and
    /// metrics stay reachable until the end.
    @Override
    public void close() {
        try (var both = Executors.newVirtualThreadPerTaskExecutor()) {
            both.execute(() -> client.stop(DRAIN));
            both.execute(() -> federation.stop(DRAIN));
            both.execute(gateway::close);
        }
    }

    private static List<Route> management(Faces faces, Health health, Metrics metrics) {
        var routes = new ArrayList<>(ManagementRoutes.of(health, metrics));
        routes.addAll(faces.admin());
        return routes;
    }

    private static ListenerOptions options(
            Config config, Setting<String> host, Setting<Integer> port, String name) {
        return ListenerOptions.plain(name, config.get(host), config.get(port));
    }

    private static Optional<PemFiles> clientTls(Config config) {
        Optional<Path> certificate = config.get(Settings.CLIENT_TLS_CERTIFICATE);
        Optional<Path> key = config.get(Settings.CLIENT_TLS_KEY);
        return certificate.flatMap(chain -> key.map(secret -> new PemFiles(chain, secret)));
    }

    private static HttpListener http(
            String name,
            ListenerOptions options,
            List<Route> routes,
            Metrics metrics,
            Teardown teardown)
            throws StartRefused {
        return teardown.add(
                name + " listener", opened(name, HttpListener.start(options, routes, metrics)));
    }

    private static <L> L opened(String name, ListenOutcome<L> outcome) throws StartRefused {
        return switch (outcome) {
            case ListenOutcome.Listening<L>(L listener) -> listener;
            case ListenOutcome.PortTaken<L>(String host, int port) ->
                throw new StartRefused("port " + port + " on " + host
                        + " is taken: stop what uses it, or set " + name + ".port");
            case ListenOutcome.NotPossible<L>(String reason) ->
                throw new StartRefused("the " + name + " listener cannot be opened: " + reason);
        };
    }
}
