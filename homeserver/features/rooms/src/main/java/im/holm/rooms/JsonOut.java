package im.holm.rooms;

import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.json.JsonWriter;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes JSON into memory, so that stored bytes can be spliced in without being parsed. Commas are
/// put where they belong; balanced nesting is the caller's.
final class JsonOut {

    private byte[] buffer = new byte[1024];
    private int size;
    private boolean comma;

    JsonOut beginObject() {
        return open('{');
    }

    JsonOut endObject() {
        return close('}');
    }

    JsonOut beginArray() {
        return open('[');
    }

    JsonOut endArray() {
        return close(']');
    }

    JsonOut key(String key) {
        separate();
        append(quoted(key));
        one(':');
        comma = false;
        return this;
    }

    JsonOut string(String value) {
        return whole(quoted(value));
    }

    JsonOut number(long value) {
        return whole(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    JsonOut bool(boolean value) {
        return whole((value ? "true" : "false").getBytes(StandardCharsets.US_ASCII));
    }

    JsonOut value(JsonValue value) {
        return whole(JsonWriter.write(value));
    }

    /// One complete JSON value that is already in bytes.
    JsonOut raw(byte[] json, int from, int to) {
        separate();
        append(json, from, to);
        comma = true;
        return this;
    }

    JsonOut field(String key, String value) {
        return key(key).string(value);
    }

    JsonOut field(String key, long value) {
        return key(key).number(value);
    }

    JsonOut field(String key, boolean value) {
        return key(key).bool(value);
    }

    JsonOut field(String key, JsonValue value) {
        return key(key).value(value);
    }

    byte[] toBytes() {
        return Arrays.copyOf(buffer, size);
    }

    private JsonOut whole(byte[] json) {
        return raw(json, 0, json.length);
    }

    private JsonOut open(char bracket) {
        separate();
        one(bracket);
        comma = false;
        return this;
    }

    private JsonOut close(char bracket) {
        one(bracket);
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) {
            one(',');
        }
    }

    private void one(char ascii) {
        reserve(1);
        buffer[size++] = (byte) ascii;
    }

    private void append(byte[] bytes) {
        append(bytes, 0, bytes.length);
    }

    private void append(byte[] bytes, int from, int to) {
        reserve(to - from);
        System.arraycopy(bytes, from, buffer, size, to - from);
        size += to - from;
    }

    private void reserve(int more) {
        if (size + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + more));
        }
    }

    private static byte[] quoted(String text) {
        return JsonWriter.write(new JsonString(text));
    }
}
