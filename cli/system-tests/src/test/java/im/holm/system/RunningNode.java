package im.holm.system;

import im.holm.node.Node;
import im.holm.node.StartOutcome;
import im.holm.platform.config.Config;
import im.holm.platform.config.ConfigLoader;
import im.holm.platform.config.ConfigOutcome;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Starts whole nodes for tests, on an embedded PostgreSQL of their own and on free ports.
final class RunningNode {

    private RunningNode() {}

    /// @param settings as environment variables, over the usual ones of a test
    static Node start(Path dataDir, Map<String, String> settings) throws InterruptedException {
        return switch (Node.start(config(dataDir, settings))) {
            case StartOutcome.Running(Node node) -> node;
            case StartOutcome.Refused(String reason) -> throw new AssertionError(reason);
        };
    }

    static Config config(Path dataDir, Map<String, String> settings) {
        var environment = new HashMap<>(Map.of(
                "HOLM_SERVER_NAME", "test.example",
                "HOLM_DATA_DIR", dataDir.toString(),
                "HOLM_CLIENT_PORT", "0",
                "HOLM_GATEWAY_PORT", "0",
                "HOLM_FEDERATION_PORT", "0",
                "HOLM_MANAGEMENT_PORT", "0",
                "HOLM_REGISTRATION_MODE", "open",
                "HOLM_REGISTRATION_SHARED_SECRET", "only for a test",
                "HOLM_DATABASE_DURABILITY", "unsafe"));
        environment.putAll(settings);
        return switch (ConfigLoader.load(Node.settings(), Optional.empty(), environment)) {
            case ConfigOutcome.Loaded(Config config) -> config;
            case ConfigOutcome.Rejected rejected -> throw new AssertionError(rejected.toString());
        };
    }
}
