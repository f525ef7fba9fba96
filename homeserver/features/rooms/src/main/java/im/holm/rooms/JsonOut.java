package im.holm.rooms;

import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.json.JsonWriter;

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
        quoted(key);
        one(':');
        comma = false;
        return this;
    }

    JsonOut string(String value) {
        separate();
        quoted(value);
        comma = true;
        return this;
    }

    JsonOut number(long value) {
        return plain(Long.toString(value));
    }

    JsonOut bool(boolean value) {
        return plain(value ? "true" : "false");
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

    private JsonOut plain(String ascii) {
        separate();
        reserve(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            buffer[size++] = (byte) ascii.charAt(i);
        }
        comma = true;
        return this;
    }

    /// Nearly all strings are plain ASCII: those are written in place.
    private void quoted(String text) {
        reserve(text.length() + 2);
        int at = size;
        buffer[at++] = '"';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                byte[] escaped = JsonWriter.write(new JsonString(text));
                append(escaped, 0, escaped.length);
                return;
            }
            buffer[at++] = (byte) c;
        }
        buffer[at++] = '"';
        size = at;
    }
}
