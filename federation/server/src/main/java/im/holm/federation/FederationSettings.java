package im.holm.federation;

import im.holm.platform.config.Kind;
import im.holm.platform.config.Setting;
import im.holm.protocol.id.ServerName;

import java.util.List;
import java.util.Optional;

/// The configuration keys of the federation slice.
public final class FederationSettings {
    private static final Kind<ServerName> SERVER_NAME_KIND =
            Kind.ofText("a server name", ServerName::parse, ServerName::text);

    public static final Setting<List<ServerName>> TRUSTED_KEY_SERVERS = Setting.list(
            "federation.trusted_key_servers",
            SERVER_NAME_KIND,
            List.of(),
            "Servers whose word counts for the keys of a server that does not answer.");

    public static final Setting<Optional<ServerName>> DELEGATE = Setting.optional(
            "federation.delegate",
            SERVER_NAME_KIND,
            "What the client listener answers at /.well-known/matrix/server: where other servers"
                    + " find this one; null: nothing.");

    private FederationSettings() {}

    public static List<Setting<?>> all() {
        return List.of(TRUSTED_KEY_SERVERS, DELEGATE);
    }
}
