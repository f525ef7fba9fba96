package im.holm.node;

import im.holm.platform.config.Config;
import im.holm.platform.config.Settings;
import im.holm.platform.config.Settings.RegistrationMode;
import im.holm.slice.assembly.Listeners;

import java.util.ArrayList;
import java.util.List;

/// What an operator should read when the node has started.
record StartLines(Config config, Listeners listeners, boolean unsafeDatabase) {

    List<String> all() {
        var lines = new ArrayList<String>();
        lines.add("Holm " + config.get(Settings.SERVER_NAME) + " (region "
                + config.get(Settings.REGION) + ") is ready: client "
                + config.get(Settings.CLIENT_HOST) + ":" + listeners.clientPort() + ", gateway "
                + config.get(Settings.GATEWAY_HOST) + ":" + listeners.gatewayPort()
                + ", federation " + config.get(Settings.FEDERATION_HOST) + ":"
                + listeners.federationPort() + ", management "
                + config.get(Settings.MANAGEMENT_HOST) + ":" + listeners.managementPort());
        if (unsafeDatabase) {
            lines.add("UNSAFE: the database may lose what it has confirmed"
                    + " (database.durability: unsafe)");
        }
        if (config.get(Settings.REGISTRATION_MODE) == RegistrationMode.OPEN) {
            lines.add("OPEN REGISTRATION: anybody who reaches this server can make accounts"
                    + " (registration.mode: open)");
        }
        return lines;
    }
}
