package im.holm.federation.serving;

import im.holm.platform.http.Response;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.json.JsonWriter;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Puts an answer together from stored event bytes, without parsing or encoding them again.
final class SplicedJson {
    private static final byte[] COMMA = {','};

    private final List<byte[]> parts = new ArrayList<>();
    private char before = '{';

    /// A key with an array of events as they are sent between servers.
    SplicedJson events(String key, List<VerifiedPdu> events) {
        key(key);
        text("[");
        for (int i = 0; i < events.size(); i++) {
            if (i > 0) {
                parts.add(COMMA);
            }
            parts.add(events.get(i).pdu().canonicalBytes());
        }
        text("]");
        return this;
    }

    /// A key with one event.
    SplicedJson event(String key, VerifiedPdu event) {
        key(key);
        parts.add(event.pdu().canonicalBytes());
        return this;
    }

    SplicedJson value(String key, JsonValue value) {
        key(key);
        parts.add(JsonWriter.write(value));
        return this;
    }

    Response response() {
        text(before == '{' ? "{}" : "}");
        return Response.json(parts.toArray(byte[][]::new));
    }

    /// The object as the second element of an array, as the first version of some endpoints has
    /// it.
    Response responseOfVersion1() {
        text(before == '{' ? "{}]" : "}]");
        parts.addFirst("[200,".getBytes(StandardCharsets.US_ASCII));
        return Response.json(parts.toArray(byte[][]::new));
    }

    private void key(String key) {
        text(before + "\"" + key + "\":");
        before = ',';
    }

    private void text(String text) {
        parts.add(text.getBytes(StandardCharsets.US_ASCII));
    }
}
