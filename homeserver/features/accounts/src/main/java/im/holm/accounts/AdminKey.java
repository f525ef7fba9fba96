package im.holm.accounts;

import im.holm.platform.http.Request;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;

/// The key of the local command line to a running server: a file in `data_dir` that only the
/// server's own operating system user can read. Who can read it could read the database and the
/// signing key as well, so it grants nothing new; nothing else opens our admin routes.
///
/// The server makes the file when it starts ([#obtain]); the command line reads it ([#read]) and
/// sends it as `Authorization: Bearer <key>`.
public final class AdminKey {

    /// Beside the signing key.
    public static final String FILE = "admin.key";

    private static final String SCHEME = "Bearer ";

    private final String text;

    private AdminKey(String text) {
        this.text = text;
    }

    /// The key of this data directory, made if there is none yet.
    ///
    /// @throws UncheckedIOException if the directory cannot be written
    public static AdminKey obtain(Path dataDir) {
        String fresh = TokenText.mint(TokenText.Kind.ADMIN, new SecureRandom());
        var ownerOnly =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try {
            Files.createDirectories(dataDir);
            Path file = dataDir.resolve(FILE);
            if (read(dataDir).isEmpty()) {
                Files.deleteIfExists(file);
                Files.createFile(file, ownerOnly);
                Files.writeString(file, fresh + "\n", StandardOpenOption.WRITE);
                return new AdminKey(fresh);
            }
        } catch (FileAlreadyExistsException e) {
            return read(dataDir).orElseThrow(() -> new UncheckedIOException(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return read(dataDir).orElseThrow();
    }

    /// The key of a server that has run with this data directory; empty if there is none.
    ///
    /// @throws UncheckedIOException if the file cannot be read, by lack of permission for
    /// example
    public static Optional<AdminKey> read(Path dataDir) {
        try {
            String text = Files.readString(dataDir.resolve(FILE), StandardCharsets.UTF_8)
                    .strip();
            return TokenText.is(TokenText.Kind.ADMIN, text)
                    ? Optional.of(new AdminKey(text))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The value of the `Authorization` header.
    public String authorization() {
        return SCHEME + text;
    }

    /// Whether the request carries this key. Takes the same time wherever it differs.
    boolean opens(Request request) {
        String given = request.header("Authorization").orElse("");
        return MessageDigest.isEqual(TokenText.hash(given), TokenText.hash(authorization()));
    }

    @Override
    public String toString() {
        return "admin key";
    }
}
