package im.holm.protocol.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

class IdentifiersTest {
    private static final String HASH = "Rqnc-F-dvnEYJTyHq_iKxU2bZ1CI92-kuZq3a5lr5Zg";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "matrix.org",
                "matrix.org:8888",
                "1.2.3.4",
                "1.2.3.4:1234",
                "[1234:5678::abcd]",
                "[1234:5678::abcd]:5678",
                "localhost",
                "a-b.c",
                "[::]",
                "[::1]:80",
                "[1:2:3:4:5:6:7:8]",
                "[::ffff:1.2.3.4]",
                "x:65535",
                "999.1.1.1",
                "EXAMPLE.org",
                "[1::]"
            })
    void serverNamesOfTheGrammarAreRead(String text) {
        assertThat(ServerName.parse(text)).contains(ServerName.of(text));
        assertThat(ServerName.of(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                "a:",
                "a:b",
                "a:123456",
                "a:65536",
                "a:-1",
                "a b",
                "a/b",
                "a_b",
                "é.org",
                "[",
                "[]",
                "[]:80",
                "[::1",
                "::1",
                "[1:2:3:4:5:6:7]",
                "[1:2:3:4:5:6:7:8:9]",
                "[::1::]",
                "[12345::]",
                "[g::]",
                "[1.2.3.4]",
                "[::1]x",
                "[::1]80",
                "a@b",
                "a\n",
                "[1:2:3:4:5:6:7::8]",
                "[:1:2:3:4:5:6:7]"
            })
    void otherServerNamesAreNot(String text) {
        assertThat(ServerName.parse(text)).isEmpty();
        assertThatThrownBy(() -> ServerName.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aServerNameIsAHostAndPerhapsAPort() {
        assertThat(ServerName.of("[::1]:80").host()).isEqualTo("[::1]");
        assertThat(ServerName.of("[::1]:80").port()).hasValue(80);
        assertThat(ServerName.of("a.b").host()).isEqualTo("a.b");
        assertThat(ServerName.of("a.b").port()).isEqualTo(OptionalInt.empty());
        assertThat(ServerName.of("a.b:08448").port()).hasValue(8448);
        assertThat(ServerName.of("[::1]").isAddressLiteral()).isTrue();
        assertThat(ServerName.of("1.2.3.4:5").isAddressLiteral()).isTrue();
        assertThat(ServerName.of("999.2.3.4").isAddressLiteral()).isFalse();
        assertThat(ServerName.of("a.b").isAddressLiteral()).isFalse();
    }

    @Test
    void anIdTakesAtMost255Bytes() {
        assertThat(UserId.parse("@" + "a".repeat(251) + ":bc")).isPresent();
        assertThat(UserId.parse("@" + "a".repeat(252) + ":bc")).isEmpty();
        assertThat(UserId.parse("@" + "é".repeat(125) + ":bcd")).isPresent();
        assertThat(UserId.parse("@" + "é".repeat(126) + ":bcd")).isEmpty();
        assertThat(RoomAlias.parse("#" + "a".repeat(252) + ":bc")).isEmpty();
        assertThat(RoomId.parse("!" + "a".repeat(255))).isEmpty();
        assertThat(EventId.parse("$" + "a".repeat(254))).isPresent();
        assertThat(EventId.parse("$" + "a".repeat(255))).isEmpty();
        assertThat(ServerName.parse("a".repeat(256))).isEmpty();
        assertThatThrownBy(() -> new UserId("a".repeat(252), ServerName.of("bc")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"@alice:example.org", "@:example.org", "@A b\u0001é😀:[::1]:80"})
    void userIdsOfTheHistoricalGrammarAreRead(String text) {
        assertThat(UserId.parse(text)).isPresent();
        assertThat(UserId.of(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "alice",
                "alice:example.org",
                "@alice",
                "@alice:",
                "@a\0:b",
                "@a\ud800:b",
                "@a:b:c:d",
                "#a:b",
                "@a:b c"
            })
    void otherUserIdsAreNot(String text) {
        assertThat(UserId.parse(text)).isEmpty();
    }

    @Test
    void newAccountsObeyTheStrictGrammar() {
        assertThat(UserId.of("@a.b_c=d-e/f+0:x").isRegistrable()).isTrue();
        for (String localpart : List.of("A", "a b", "é", "a!", "")) {
            assertThat(UserId.of("@" + localpart + ":x").isRegistrable())
                    .as(localpart)
                    .isFalse();
        }
        assertThat(UserId.of("@A!:x").isCompliant()).isTrue();
        assertThat(UserId.of("@é:x").isCompliant()).isFalse();
        assertThat(UserId.of("@ :x").isCompliant()).isFalse();
        assertThat(UserId.of("@:x").isCompliant()).isFalse();
    }

    @Test
    void aRoomIdMayOrMayNotNameAServer() {
        assertThat(RoomId.of("!a:b.c").server()).contains(ServerName.of("b.c"));
        assertThat(RoomId.of("!" + HASH).server()).isEmpty();
        assertThat(RoomId.of("!" + HASH).createEvent()).contains(EventId.of("$" + HASH));
        assertThat(RoomId.of("!abc").createEvent()).isEmpty();
        assertThat(RoomId.ofCreate(EventId.of("$" + HASH))).isEqualTo(RoomId.of("!" + HASH));
        for (String text : List.of("", "!", "a:b", "!a:", "!a:b c", "!a\0:b", "$a:b")) {
            assertThat(RoomId.parse(text)).as(text).isEmpty();
        }
    }

    @Test
    void roomAliasesAreRead() {
        assertThat(RoomAlias.of("#a b:c.d")).isEqualTo(new RoomAlias("a b", ServerName.of("c.d")));
        for (String text : List.of("", "#", "#a", "@a:b", "#a:b:c:d", "#a\0:b")) {
            assertThat(RoomAlias.parse(text)).as(text).isEmpty();
        }
    }

    @Test
    void aHashIsStoredAsItsBytes() {
        EventId id = EventId.of("$" + HASH);
        assertThat(id.isHash()).isTrue();
        assertThat(id.bytes()).hasSize(32);
        assertThat(EventId.ofBytes(id.bytes())).isEqualTo(id);
        assertThat(EventId.ofHash(id.bytes())).isEqualTo(id);
    }

    @Test
    void otherIdsAreStoredAsTheirText() {
        for (String text : List.of(
                "$old:example.org",
                "$" + HASH.replace('-', '+'),
                // 43 characters whose last bits name no byte: another spelling of a
                // hash, so no hash.
                "$" + HASH.substring(0, 42) + "h",
                "$" + "x".repeat(31),
                "$" + "x".repeat(30),
                "$é:x")) {
            EventId id = EventId.of(text);
            assertThat(id.isHash()).as(text).isFalse();
            assertThat(id.bytes().length).as(text).isNotEqualTo(32);
            assertThat(EventId.ofBytes(id.bytes())).isEqualTo(id);
        }
        assertThat(EventId.of("$old:a").bytes())
                .isEqualTo("$old:a".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void keyIdsAreAnAlgorithmAndAName() {
        assertThat(KeyId.of("ed25519:a_1")).hasToString("ed25519:a_1");
        assertThat(KeyId.of("ed25519:1").isEd25519()).isTrue();
        assertThat(KeyId.of("curve25519:1").isEd25519()).isFalse();
        for (String text : List.of(
                "", ":", "ed25519", "ed25519:", ":1", "ed25519:a-b", "ed25519:a:b", "é:1")) {
            assertThat(KeyId.parse(text)).as(text).isEmpty();
        }
        assertThatThrownBy(() -> new KeyId("ed25519", "a b"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
