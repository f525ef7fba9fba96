package im.holm.e2ee.keys;

import im.holm.protocol.json.JsonObject;

import java.util.List;
import java.util.Map;

/// What others must learn of: written with one `DEVICE_LIST` fact.
sealed interface KeyChange {

    /// Whose fact it is.
    long userNid();

    /// A local device has got identity keys.
    record DeviceKeys(long userNid, long deviceNid, String deviceId, JsonObject keys)
            implements KeyChange {}

    /// Cross-signing keys of a local user; those of other usages stay.
    record CrossSigning(long userNid, Map<Usage, JsonObject> keys) implements KeyChange {

        public CrossSigning {
            keys = Map.copyOf(keys);
        }
    }

    /// New signatures of a local user, on own keys or on those of others.
    record Signing(long userNid, List<KeySignature> signatures) implements KeyChange {

        public Signing {
            signatures = List.copyOf(signatures);
        }
    }

    /// Another server says that something about its user's devices has changed.
    record RemoteChanged(long userNid) implements KeyChange {}
}
