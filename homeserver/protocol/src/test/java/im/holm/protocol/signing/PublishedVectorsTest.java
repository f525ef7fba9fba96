package im.holm.protocol.signing;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.ContentHash;
import im.holm.protocol.event.Redaction;
import im.holm.protocol.event.ReferenceHash;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonResult;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/// The test vectors that the specification's appendices publish.
class PublishedVectorsTest {
    private static final JsonObject VECTORS = read();
    private static final Ed25519Signer SIGNER = Ed25519Signer.fromSeed(
            ServerName.of(text("server_name")),
            KeyId.of(text("key_id")),
            Base64.getDecoder().decode(text("seed_b64")));

    private static JsonObject read() {
        try (InputStream in = PublishedVectorsTest.class.getResourceAsStream(
                "/signing-and-canonical-json-vectors.json")) {
            return JsonParser.parse(in.readAllBytes(), JsonLimits.clientBody(1 << 20))
                    .object()
                    .orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(String key) {
        return VECTORS.string(key).orElseThrow();
    }

    private static List<JsonObject> vectors(String key) {
        return VECTORS.array(key).orElseThrow().objects().orElseThrow();
    }

    @TestFactory
    Stream<DynamicTest> canonicalJsonIsAsPublished() {
        return vectors("canonical_json").stream().map(vector -> {
            String input = vector.string("input").orElseThrow();
            return DynamicTest.dynamicTest(input, () -> {
                JsonResult result = JsonParser.parse(
                        input.getBytes(StandardCharsets.UTF_8), JsonLimits.LAX_EVENT);
                assertThat(result).isInstanceOf(JsonResult.Parsed.class);
                JsonValue value = ((JsonResult.Parsed) result).value();
                assertThat(new String(CanonicalJson.write(value), StandardCharsets.UTF_8))
                        .isEqualTo(vector.string("canonical").orElseThrow());
            });
        });
    }

    @Test
    void thePublicKeyFollowsFromTheSeed() {
        assertThat(Base64.getEncoder().withoutPadding().encodeToString(SIGNER.publicKey()))
                .isEqualTo(text("public_key_b64_computed"));
    }

    @TestFactory
    Stream<DynamicTest> signedJsonIsAsPublished() {
        return vectors("json_signing").stream().map(vector -> {
            JsonObject input = vector.object("input").orElseThrow();
            JsonObject signed = vector.object("signed").orElseThrow();
            return DynamicTest.dynamicTest(input.toString(), () -> {
                assertThat(JsonSigning.sign(input, SIGNER)).isEqualTo(signed);
                assertThat(JsonSigning.verify(
                                signed, SIGNER.server(), SIGNER.keyId(), SIGNER.publicKey()))
                        .isTrue();
                assertThat(JsonSigning.verify(
                                signed.with("one", 2),
                                SIGNER.server(),
                                SIGNER.keyId(),
                                SIGNER.publicKey()))
                        .isFalse();
            });
        });
    }

    @TestFactory
    Stream<DynamicTest> eventsOfOldVersionsAreHashedAndSignedAsPublished() {
        List<RoomVersion> versions = RoomVersions.ALL.subList(0, 10);
        assertThat(versions.getLast()).isEqualTo(RoomVersions.V10);
        return vectors("event_signing_room_versions_1_to_10_redaction").stream()
                .flatMap(vector -> versions.stream().map(version -> {
                    JsonObject input = vector.object("input").orElseThrow();
                    JsonObject signed = vector.object("signed").orElseThrow();
                    String name =
                            "version " + version + " " + input.string("type").orElseThrow();
                    return DynamicTest.dynamicTest(
                            name, () -> assertSigned(version, input, signed));
                }));
    }

    private static void assertSigned(RoomVersion version, JsonObject input, JsonObject expected) {
        JsonObject signed = EventSigning.cosign(version, ContentHash.addTo(input), SIGNER);
        assertThat(signed).isEqualTo(expected);
        assertThat(ContentHash.matches(expected)).isTrue();
        assertThat(JsonSigning.verify(
                        Redaction.redact(version, expected),
                        SIGNER.server(),
                        SIGNER.keyId(),
                        SIGNER.publicKey()))
                .isTrue();
    }

    @Test
    void theMinimalEventHasItsIdAndSignatureInNewVersionsToo() {
        JsonObject expected = VECTORS.object("computed_here_not_published")
                .flatMap(computed -> computed.object("minimal_event"))
                .orElseThrow();
        JsonObject input = vectors("event_signing_room_versions_1_to_10_redaction")
                .getFirst()
                .object("input")
                .orElseThrow();
        JsonObject hashed = ContentHash.addTo(input);
        assertThat(ReferenceHash.eventId(RoomVersions.V10, hashed).text())
                .isEqualTo(expected.string("event_id_v4_to_v10").orElseThrow());
        assertThat(ReferenceHash.eventId(RoomVersions.V11, hashed).text())
                .isEqualTo(expected.string("event_id_v11").orElseThrow());
        JsonObject signed = EventSigning.cosign(RoomVersions.V11, hashed, SIGNER);
        assertThat(signed.object("signatures")
                        .orElseThrow()
                        .object("domain")
                        .orElseThrow()
                        .get("ed25519:1"))
                .contains(new JsonString(expected.string("v11plus_signature").orElseThrow()));
    }
}
