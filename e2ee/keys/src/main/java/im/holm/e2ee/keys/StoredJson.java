package im.holm.e2ee.keys;

import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;

/// Reads what this slice has written.
final class StoredJson {

    private StoredJson() {}

    static JsonObject read(byte[] json) {
        return JsonParser.parseObject(json, JsonLimits.clientBody(Math.max(1, json.length)))
                .object()
                .orElseThrow(() -> new IllegalStateException("a stored key is not JSON"));
    }
}
