package im.holm.messenger;

import im.holm.platform.error.ErrorCode;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Fields;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A file of a message, as `/v1` writes it and as `m.image` and its like write it.
///
/// @param url `mxc:` or `https:`; kept as it was given
/// @param width in pixels
/// @param sizeBytes of the file
/// @param durationMs of audio and video
record Attachment(
        Kind kind,
        String url,
        OptionalLong width,
        OptionalLong height,
        OptionalLong sizeBytes,
        OptionalLong durationMs,
        Optional<String> mimeType,
        Optional<String> name) {

    /// Attachments of one message, at most.
    static final int COUNT_MAX = 10;

    private static final int URL_LIMIT_BYTES = 2_048;
    private static final int NAME_LIMIT_BYTES = 255;
    private static final int PIXELS_MAX = 1_000_000;

    enum Kind {
        IMAGE("image", "m.image"),
        VIDEO("video", "m.video"),
        AUDIO("audio", "m.audio"),
        FILE("file", "m.file");

        private final String type;
        private final String msgtype;

        Kind(String type, String msgtype) {
            this.type = type;
            this.msgtype = msgtype;
        }

        String msgtype() {
            return msgtype;
        }

        private static Optional<Kind> ofType(String type) {
            return Arrays.stream(values())
                    .filter(kind -> kind.type.equals(type))
                    .findFirst();
        }

        private static Optional<Kind> ofMsgtype(String msgtype) {
            return Arrays.stream(values())
                    .filter(kind -> kind.msgtype.equals(msgtype))
                    .findFirst();
        }
    }

    /// Reads what a client sends; empty only if that is a flaw of `body`.
    static Optional<Attachment> read(Fields body) {
        Optional<Kind> kind = body.id("type", Kind::ofType);
        Optional<String> url = body.id("url", Attachment::url);
        var attachment = new Attachment(
                kind.orElse(Kind.FILE),
                url.orElse(""),
                body.optionalInteger("width", 1, PIXELS_MAX),
                body.optionalInteger("height", 1, PIXELS_MAX),
                body.optionalInteger("size", 0, JsonInteger.CANONICAL_MAX),
                body.optionalInteger("duration_ms", 0, JsonInteger.CANONICAL_MAX),
                body.optionalString("mime_type"),
                body.optionalString("name"));
        if (tooLong(attachment.mimeType()) || tooLong(attachment.name())) {
            body.refuse(
                    ErrorCode.INVALID_PARAM,
                    "'name' and 'mime_type' have at most " + NAME_LIMIT_BYTES + " bytes");
        }
        return body.failed() ? Optional.empty() : Optional.of(attachment);
    }

    /// The attachment of a message that a Matrix client sent; empty if it has none that `/v1`
    /// could show, an encrypted one for example.
    static Optional<Attachment> ofMatrix(JsonObject content) {
        Optional<Kind> kind = content.string("msgtype").flatMap(Kind::ofMsgtype);
        Optional<String> url = content.string("url").flatMap(Attachment::url);
        if (kind.isEmpty() || url.isEmpty()) {
            return Optional.empty();
        }
        JsonObject info = content.object("info").orElse(JsonObject.EMPTY);
        return Optional.of(new Attachment(
                kind.get(),
                url.get(),
                info.integer("w"),
                info.integer("h"),
                info.integer("size"),
                info.integer("duration"),
                info.string("mimetype"),
                content.string("filename").or(() -> content.string("body"))));
    }

    /// As `/v1` shows it.
    JsonObject json() {
        var json = JsonObject.builder().put("type", kind.type).put("url", url);
        width.ifPresent(value -> json.put("width", value));
        height.ifPresent(value -> json.put("height", value));
        sizeBytes.ifPresent(value -> json.put("size", value));
        durationMs.ifPresent(value -> json.put("duration_ms", value));
        mimeType.ifPresent(value -> json.put("mime_type", value));
        name.ifPresent(value -> json.put("name", value));
        return json.build();
    }

    /// `info` of the Matrix message.
    JsonObject info() {
        var info = JsonObject.builder();
        width.ifPresent(value -> info.put("w", value));
        height.ifPresent(value -> info.put("h", value));
        sizeBytes.ifPresent(value -> info.put("size", value));
        durationMs.ifPresent(value -> info.put("duration", value));
        mimeType.ifPresent(value -> info.put("mimetype", value));
        return info.build();
    }

    /// What a client shows that cannot show the file.
    String label() {
        return name.orElse(kind.type);
    }

    static List<Attachment> readAll(List<Fields> bodies) {
        return bodies.stream().flatMap(body -> read(body).stream()).toList();
    }

    private static Optional<String> url(String text) {
        boolean known = text.startsWith("mxc://") || text.startsWith("https://");
        boolean fits = text.getBytes(StandardCharsets.UTF_8).length <= URL_LIMIT_BYTES;
        return known && fits && text.chars().noneMatch(c -> c <= ' ' || c == 0x7F)
                ? Optional.of(text)
                : Optional.empty();
    }

    private static boolean tooLong(Optional<String> text) {
        return text.filter(
                        value -> value.getBytes(StandardCharsets.UTF_8).length > NAME_LIMIT_BYTES)
                .isPresent();
    }
}
