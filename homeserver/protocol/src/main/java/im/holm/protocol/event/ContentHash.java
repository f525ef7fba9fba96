package im.holm.protocol.event;

import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonObject;

import java.util.Base64;
import java.util.Optional;

/// The hash over a whole event, its content included (server-server API, "Calculating the
/// content hash").
public final class ContentHash {
    private ContentHash() {}

    /// 32 bytes.
    public static byte[] of(JsonObject event) {
        return Sha256.of(CanonicalJson.write(
                event.without("unsigned").without("signatures").without("hashes")));
    }

    /// The event with its hash in `hashes.sha256`.
    public static JsonObject addTo(JsonObject event) {
        String hash = Base64.getEncoder().withoutPadding().encodeToString(of(event));
        return event.with(
                "hashes", JsonObject.of("sha256", new im.holm.protocol.json.JsonString(hash)));
    }

    /// Whether the event's content is what its hash says.
    public static boolean matches(JsonObject event) {
        Optional<byte[]> claimed = event.object("hashes")
                .flatMap(hashes -> hashes.string("sha256"))
                .flatMap(Base64Text::decode);
        return claimed.isPresent() && java.util.Arrays.equals(claimed.get(), of(event));
    }
}
