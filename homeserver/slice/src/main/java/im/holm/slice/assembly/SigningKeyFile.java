package im.holm.slice.assembly;

import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.signing.Ed25519Signer;
import im.holm.protocol.signing.Signer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/// The server's signing key: one line `ed25519 VERSION SEED` (seed: 32 bytes in unpadded base64) in
/// a file that only its owner can read. Never in the database: a dump must not speak for this
/// server.
public final class SigningKeyFile {

    /// The file's name in the data directory.
    public static final String NAME = "signing.key";

    private static final int SEED_BYTES = 32;
    private static final int FILE_BYTES_MAX = 1024;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private SigningKeyFile() {}

    /// The key in the data directory, made now if there is none.
    public static Outcome open(Path dataDir, ServerName server) {
        Path file = dataDir.resolve(NAME);
        try {
            Files.createDirectories(dataDir);
            if (!Files.exists(file)) {
                create(file);
            }
            return read(file, server);
        } catch (IOException e) {
            return new Outcome.Unusable(file + ": " + reason(e));
        }
    }

    private static Outcome read(Path file, ServerName server) throws IOException {
        if (!Files.getPosixFilePermissions(file).equals(OWNER_ONLY)) {
            return new Outcome.Unusable(file + " must be readable by its owner only: chmod 600");
        }
        if (Files.size(file) > FILE_BYTES_MAX) {
            return new Outcome.Unusable(file + " is not a signing key");
        }
        String[] words = Files.readString(file).trim().split("\\s+");
        if (words.length != 3 || !words[0].equals("ed25519")) {
            return new Outcome.Unusable(file + " is not of the form: ed25519 VERSION SEED");
        }
        Optional<KeyId> keyId = KeyId.parse(words[0] + ":" + words[1]);
        Optional<byte[]> seed = seed(words[2]);
        if (keyId.isEmpty() || seed.isEmpty()) {
            return new Outcome.Unusable(file + " has an unusable key version or seed");
        }
        return new Outcome.Opened(Ed25519Signer.fromSeed(server, keyId.get(), seed.get()));
    }

    private static Optional<byte[]> seed(String text) {
        try {
            byte[] seed = Base64.getDecoder().decode(text);
            return seed.length == SEED_BYTES ? Optional.of(seed) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// Written under another name first: a crash leaves no half of a key.
    private static void create(Path file) throws IOException {
        var random = new SecureRandom();
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        byte[] version = new byte[3];
        random.nextBytes(version);
        String line = "ed25519 a" + HexFormat.of().formatHex(version) + " "
                + Base64.getEncoder().withoutPadding().encodeToString(seed) + "\n";
        Path part = file.resolveSibling(NAME + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.write(part, line.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.SYNC);
        Files.move(part, file);
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : " " + e.getMessage());
    }

    public sealed interface Outcome {
        record Opened(Signer signer) implements Outcome {}

        /// One line that says which file and what to do about it.
        record Unusable(String reason) implements Outcome {}
    }
}
