package im.holm.platform.http;

import im.holm.platform.error.Problem;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.json.JsonWriter;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;

/// An answer, not yet rendered for the API that it goes to: a [Problem] looks different on Matrix
/// paths and on `/v1`.
///
/// The listener adds the headers that every answer has (`X-Request-Id`, CORS, `Content-Length`).
public record Response(int status, Headers headers, Body body) {
    static final String JSON = "application/json";

    public Response {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("not a final status: " + status);
        }
    }

    /// What follows the headers.
    public sealed interface Body {
        /// Byte ranges sent one after the other: stored JSON is spliced in without being
        /// parsed again.
        record Bytes(List<byte[]> parts) implements Body {
            public Bytes {
                parts = List.copyOf(parts);
            }
        }

        /// Written while it is sent; without a length it is sent in chunks.
        record Stream(OptionalLong length, Writer writer) implements Body {}

        /// An error, rendered when it is known which API asked.
        record Failure(Problem problem) implements Body {}
    }

    /// Writes a streamed body.
    @FunctionalInterface
    public interface Writer {
        void writeTo(OutputStream out) throws IOException;
    }

    public static Response json(JsonValue value) {
        return json(200, value);
    }

    public static Response json(int status, JsonValue value) {
        return json(status, JsonWriter.write(value));
    }

    /// 200 with the JSON that these parts spell together.
    public static Response json(byte[]... parts) {
        return json(200, parts);
    }

    public static Response json(int status, byte[]... parts) {
        return bytes(status, JSON, parts);
    }

    /// 200 with the empty JSON object, as most writing operations of Matrix answer.
    public static Response empty() {
        return json(JsonObject.EMPTY);
    }

    public static Response text(int status, String contentType, String text) {
        return bytes(status, contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    public static Response bytes(int status, String contentType, byte[]... parts) {
        return new Response(
                status, Headers.of("Content-Type", contentType), new Body.Bytes(List.of(parts)));
    }

    public static Response stream(String contentType, OptionalLong length, Writer writer) {
        return new Response(
                200, Headers.of("Content-Type", contentType), new Body.Stream(length, writer));
    }

    /// 204.
    public static Response noContent() {
        return new Response(204, Headers.empty(), new Body.Bytes(List.of()));
    }

    /// 302 or another status with a `Location`.
    public static Response redirect(int status, String location) {
        return new Response(status, Headers.of("Location", location), new Body.Bytes(List.of()));
    }

    /// An error, with its code's status.
    public static Response of(Problem problem) {
        return new Response(problem.code().status(), Headers.empty(), new Body.Failure(problem));
    }

    public Response with(String header, String value) {
        return new Response(status, headers.with(header, value), body);
    }

    public Response withStatus(int other) {
        return new Response(other, headers, body);
    }
}
