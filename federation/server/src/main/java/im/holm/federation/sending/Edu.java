package im.holm.federation.sending;

import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonObject;

/// An ephemeral unit on its way, as canonical JSON with `content` and `edu_type`.
record Edu(byte[] canonicalBytes) {

    static Edu of(String type, JsonObject content) {
        return new Edu(CanonicalJson.write(JsonObject.builder()
                .put("content", content)
                .put("edu_type", type)
                .build()));
    }
}
