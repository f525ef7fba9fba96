package im.holm.federation.xmatrix;

import im.holm.protocol.event.Base64Text;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonWriter;
import im.holm.protocol.signing.Signer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The JSON that stands for a request when it is signed, and the header that carries the signature.
///
/// The object is spelled out here instead of being built: its keys stand in canonical order, and a
/// body that is canonical already is copied instead of being encoded a second time.
public final class SignedRequest {
    private SignedRequest() {}

    /// The bytes that are signed.
    ///
    /// @param target path and query as sent
    /// @param content the body as canonical JSON; empty for a request without one
    static byte[] signedBytes(
            String method,
            String target,
            ServerName origin,
            Optional<String> destination,
            Optional<byte[]> content) {
        int length = content.map(body -> body.length).orElse(0);
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 512);
        out.write('{');
        content.ifPresent(body -> {
            ascii(out, "\"content\":");
            out.writeBytes(body);
            out.write(',');
        });
        destination.ifPresent(name -> entry(out, "destination", name, ","));
        entry(out, "method", method, ",");
        entry(out, "origin", origin.text(), ",");
        entry(out, "uri", target, "}");
        return out.toByteArray();
    }

    /// The value of the `Authorization` header for a request of ours.
    ///
    /// @param canonicalBody the exact body that is sent, in canonical JSON; empty without a
    /// body
    public static String authorization(
            Signer signer,
            ServerName destination,
            String method,
            String target,
            Optional<byte[]> canonicalBody) {
        byte[] signature = signer.sign(signedBytes(
                method, target, signer.server(), Optional.of(destination.text()), canonicalBody));
        return "X-Matrix origin=\"" + signer.server() + "\",destination=\"" + destination
                + "\",key=\"" + signer.keyId() + "\",sig=\"" + Base64Text.encode(signature) + "\"";
    }

    private static void entry(ByteArrayOutputStream out, String key, String value, String after) {
        ascii(out, "\"" + key + "\":");
        out.writeBytes(JsonWriter.write(new JsonString(value)));
        ascii(out, after);
    }

    private static void ascii(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
