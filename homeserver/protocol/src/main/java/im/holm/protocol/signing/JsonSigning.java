package im.holm.protocol.signing;

import im.holm.protocol.event.Base64Text;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;

import java.util.Optional;

/// Signs and checks JSON objects (specification appendices, "Signing JSON").
public final class JsonSigning {
    private JsonSigning() {}

    /// The bytes that are signed: the object without `signatures` and `unsigned`.
    public static byte[] signedBytes(JsonObject object) {
        return CanonicalJson.write(object.without("signatures").without("unsigned"));
    }

    /// The object with the signer's signature added to those it has.
    public static JsonObject sign(JsonObject object, Signer signer) {
        return addSignature(object, signer, signer.sign(signedBytes(object)));
    }

    static JsonObject addSignature(JsonObject object, Signer signer, byte[] signature) {
        JsonObject signatures = object.object("signatures").orElse(JsonObject.EMPTY);
        String server = signer.server().text();
        JsonObject ours = signatures
                .object(server)
                .orElse(JsonObject.EMPTY)
                .with(signer.keyId().toString(), new JsonString(Base64Text.encode(signature)));
        return object.with("signatures", signatures.with(server, ours));
    }

    /// The bytes of one signature on the object, if it is there and is base64.
    public static Optional<byte[]> signature(JsonObject object, ServerName server, KeyId keyId) {
        return object.object("signatures")
                .flatMap(signatures -> signatures.object(server.text()))
                .flatMap(byKey -> byKey.string(keyId.toString()))
                .flatMap(Base64Text::decode);
    }

    /// Whether the object carries a valid signature of this key.
    public static boolean verify(
            JsonObject object, ServerName server, KeyId keyId, byte[] publicKey) {
        return signature(object, server, keyId)
                .map(signature -> Ed25519Verifier.verify(publicKey, signedBytes(object), signature))
                .orElse(false);
    }
}
