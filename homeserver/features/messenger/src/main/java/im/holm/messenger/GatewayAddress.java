package im.holm.messenger;

import im.holm.platform.config.Config;
import im.holm.platform.config.Settings;

import java.net.URI;
import java.util.Optional;
import java.util.OptionalInt;

/// Where clients reach the gateway, as `GET /v1/config` tells them. A configured port of 0 is
/// known only once the gateway listens.
///
/// Behind a reverse proxy with TLS one origin serves everything: the public URL, with `wss`.
/// Without TLS clients connect to the gateway's own port.
final class GatewayAddress {

    private final Config config;
    private volatile OptionalInt listening = OptionalInt.empty();

    GatewayAddress(Config config) {
        this.config = config;
    }

    void listensOn(int port) {
        listening = OptionalInt.of(port);
    }

    String url() {
        Optional<URI> publicUrl = config.get(Settings.CLIENT_PUBLIC_URL);
        if (publicUrl.filter(url -> url.getScheme().equalsIgnoreCase("https")).isPresent()) {
            return "wss://" + publicUrl.get().getRawAuthority() + Gateway.PATH;
        }
        String host = publicUrl.map(URI::getHost).orElse(config.get(Settings.GATEWAY_HOST));
        int port = listening.orElse(config.get(Settings.GATEWAY_PORT));
        return "ws://" + host + ":" + port + Gateway.PATH;
    }
}
