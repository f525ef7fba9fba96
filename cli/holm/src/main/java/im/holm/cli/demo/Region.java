package im.holm.cli.demo;

import im.holm.node.Node;
import im.holm.node.StartOutcome;
import im.holm.platform.config.Config;
import im.holm.platform.config.ConfigLoader;
import im.holm.platform.config.ConfigOutcome;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// One region of the demo: a homeserver as `holm serve` runs it, configured as by its environment.
///
/// @param name `eu` or `us`
/// @param base its ports follow from it: client +8, gateway +9, federation +448, management +90
public record Region(String name, int base, Path dir) {

    public URI clientUrl() {
        return URI.create("http://localhost:" + (base + 8));
    }

    String serverName() {
        return "localhost:" + federationPort();
    }

    int federationPort() {
        return base + 448;
    }

    int gatewayPort() {
        return base + 9;
    }

    /// The settings as environment variables; `certificates` signs for both regions.
    Map<String, String> environment(DemoCertificates certificates) {
        var settings = new HashMap<String, String>();
        settings.put("HOLM_SERVER_NAME", serverName());
        settings.put("HOLM_REGION", name);
        settings.put("HOLM_DATA_DIR", dir.toString());
        settings.put("HOLM_CLIENT_PORT", String.valueOf(base + 8));
        settings.put("HOLM_CLIENT_PUBLIC_URL", clientUrl().toString());
        settings.put("HOLM_GATEWAY_PORT", String.valueOf(gatewayPort()));
        settings.put("HOLM_FEDERATION_PORT", String.valueOf(federationPort()));
        settings.put(
                "HOLM_FEDERATION_TLS_CERTIFICATE", certificates.certificate().toString());
        settings.put("HOLM_FEDERATION_TLS_KEY", certificates.key().toString());
        settings.put("HOLM_FEDERATION_TRUSTED_CA", certificates.certificate().toString());
        settings.put("HOLM_FEDERATION_DENY_ADDRESSES", "[]");
        settings.put("HOLM_MANAGEMENT_PORT", String.valueOf(base + 90));
        settings.put("HOLM_REGISTRATION_MODE", "open");
        settings.put("HOLM_LOG_LEVEL", "error");
        return settings;
    }

    /// Starts it; a port that is taken and the like is a [DemoFailure].
    Node start(DemoCertificates certificates) throws InterruptedException {
        return switch (Node.start(config(certificates))) {
            case StartOutcome.Running(Node node) -> node;
            case StartOutcome.Refused(String reason) ->
                throw new DemoFailure("region " + name + ": " + reason);
        };
    }

    private Config config(DemoCertificates certificates) {
        var outcome =
                ConfigLoader.load(Node.settings(), Optional.empty(), environment(certificates));
        return switch (outcome) {
            case ConfigOutcome.Loaded(Config config) -> config;
            case ConfigOutcome.Rejected rejected ->
                throw new IllegalStateException("the demo's own configuration: " + rejected);
        };
    }
}
