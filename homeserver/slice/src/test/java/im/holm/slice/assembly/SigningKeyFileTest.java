package im.holm.slice.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.id.ServerName;
import im.holm.protocol.signing.Signer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class SigningKeyFileTest {

    private static final ServerName SERVER = ServerName.of("a.example");

    @TempDir
    private Path dir;

    @Test
    void aKeyIsMadeOnceAndIsItsOwnersAlone() throws IOException {
        Signer made = signer(dir);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        Signer again = signer(dir);
        assertThat(again.keyId()).isEqualTo(made.keyId());
        assertThat(again.publicKey()).isEqualTo(made.publicKey());
    }

    @Test
    void noTwoServersAreMadeWithOneKey() throws IOException {
        Signer one = signer(Files.createDirectory(dir.resolve("one")));
        Signer other = signer(Files.createDirectory(dir.resolve("other")));
        assertThat(one.publicKey()).isNotEqualTo(other.publicKey());
        assertThat(one.keyId()).isNotEqualTo(other.keyId());
    }

    @Test
    void aKeyThatOthersCanReadIsRefused() throws IOException {
        signer(dir);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        assertThat(SigningKeyFile.open(dir, SERVER))
                .isInstanceOfSatisfying(
                        SigningKeyFile.Outcome.Unusable.class,
                        unusable -> assertThat(unusable.reason()).contains("chmod 600"));
    }

    @Test
    void whatIsNoKeyIsRefusedAndStays() throws IOException {
        signer(dir);
        for (String text : new String[] {"", "ed25519 a", "rsa a AAAA", "ed25519 a AAAA"}) {
            Files.writeString(file(), text);
            assertThat(SigningKeyFile.open(dir, SERVER))
                    .as(text)
                    .isInstanceOf(SigningKeyFile.Outcome.Unusable.class);
            assertThat(Files.readString(file())).isEqualTo(text);
        }
    }

    private Path file() {
        return dir.resolve(SigningKeyFile.NAME);
    }

    private static Signer signer(Path dir) {
        var outcome = SigningKeyFile.open(dir, SERVER);
        assertThat(outcome).isInstanceOf(SigningKeyFile.Outcome.Opened.class);
        return ((SigningKeyFile.Outcome.Opened) outcome).signer();
    }
}
