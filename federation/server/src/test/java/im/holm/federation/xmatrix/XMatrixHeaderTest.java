package im.holm.federation.xmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Optional;

class XMatrixHeaderTest {
    private static final XMatrixHeader EXPECTED = new XMatrixHeader(
            ServerName.of("origin.example.com:8448"),
            Optional.of("destination.example.com"),
            KeyId.of("ed25519:key1"),
            "ABC+/def");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Matrix origin=\"origin.example.com:8448\",destination=\"destination.example.com\","
                        + "key=\"ed25519:key1\",sig=\"ABC+/def\"",
                "x-matrix   origin=origin.example.com:8448 , destination=destination.example.com\t,"
                        + "\tkey=ed25519:key1, sig=\"ABC+/def\"",
                "X-MATRIX Sig=\"ABC+/def\",KEY=\"ed25519:key1\",Origin=\"origin.example.com:8448\","
                        + "unknown=\"a, b=c\",DESTINATION=\"destination.example.com\"",
                "X-Matrix origin=\"origin.\\example.com:8448\",destination=\"destination.example.com\","
                        + "key=\"ed25519\\:key1\",sig=\"ABC+/def\"",
                "X-Matrix origin = \"origin.example.com:8448\" ,destination=destination.example.com,"
                        + "key=ed25519:key1,sig=ABC+/def"
            })
    void spellingsOfOneHeaderAreTheSame(String text) {
        assertThat(XMatrixHeader.parse(text)).isEqualTo(new XMatrixHeader.Parsed.Header(EXPECTED));
    }

    @Test
    void theDestinationMayBeAbsent() {
        var parsed = XMatrixHeader.parse("X-Matrix origin=a.b,key=ed25519:1,sig=x");

        assertThat(parsed)
                .isEqualTo(new XMatrixHeader.Parsed.Header(new XMatrixHeader(
                        ServerName.of("a.b"), Optional.empty(), KeyId.of("ed25519:1"), "x")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Matrix",
                "X-Matrix ",
                "X-Matrix origin=a.b",
                "X-Matrix origin=\"a.b,key=ed25519:1,sig=x",
                "X-Matrix origin=a.b,origin=c.d,key=ed25519:1,sig=x",
                "X-Matrix origin=\"a b\",key=ed25519:1,sig=x",
                "X-Matrix origin=a.b key=ed25519:1,sig=x",
                "X-Matrix origin=a.b,key=\"no key id\",sig=x",
                "X-Matrix =a.b,key=ed25519:1,sig=x",
                "X-Matrix origin=\"a.b\\"
            })
    void aMalformedHeaderIsSaidToBe(String text) {
        assertThat(XMatrixHeader.parse(text)).isInstanceOf(XMatrixHeader.Parsed.Malformed.class);
    }

    @Test
    void anotherSchemeIsNotOurs() {
        assertThat(XMatrixHeader.parse("Bearer abc"))
                .isEqualTo(new XMatrixHeader.Parsed.OtherScheme());
    }

    @Test
    void aHeaderOfEndlessLengthIsMalformed() {
        String endless = "X-Matrix origin=a.b,key=ed25519:1,sig=" + "x".repeat(10_000);

        assertThat(XMatrixHeader.parse(endless)).isInstanceOf(XMatrixHeader.Parsed.Malformed.class);
    }
}
