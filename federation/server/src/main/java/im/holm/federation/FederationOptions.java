package im.holm.federation;

import im.holm.federation.keys.OldKey;
import im.holm.platform.config.Config;
import im.holm.protocol.id.ServerName;

import java.util.List;
import java.util.Optional;

/// What the operator says of federation.
///
/// @param notaries servers whose word counts for the keys of others
/// @param delegate where other servers find this one, for `/.well-known/matrix/server`
/// @param oldKeys with which this server signed before
public record FederationOptions(
        List<ServerName> notaries, Optional<ServerName> delegate, List<OldKey> oldKeys) {

    public static final FederationOptions NONE =
            new FederationOptions(List.of(), Optional.empty(), List.of());

    public FederationOptions {
        notaries = List.copyOf(notaries);
        oldKeys = List.copyOf(oldKeys);
    }

    /// From a configuration that was read with [FederationSettings#all()] registered.
    public static FederationOptions of(Config config, List<OldKey> oldKeys) {
        return new FederationOptions(
                config.get(FederationSettings.TRUSTED_KEY_SERVERS),
                config.get(FederationSettings.DELEGATE),
                oldKeys);
    }
}
