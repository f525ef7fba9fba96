package im.holm.federation.sending;

import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonObject;

/// An ephemeral unit on its way.
record Edu(String type, JsonObject content) {
    byte[] canonicalBytes() {
        return CanonicalJson.write(JsonObject.builder()
                .put("content", content)
                .put("edu_type", type)
                .build());
    }
}
