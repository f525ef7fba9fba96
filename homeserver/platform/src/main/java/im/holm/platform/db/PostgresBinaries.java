package im.holm.platform.db;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URLConnection;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.stream.Stream;

/// The PostgreSQL programs for this machine: an archive on the class path, unpacked once.
final class PostgresBinaries {
    private PostgresBinaries() {}

    /// Unpacks below the parent directory, in a directory named by the archive's fingerprint,
    /// and returns it.
    static Path unpack(Path parent) throws IOException, PostgresFailure {
        String resource = resource();
        Path home = parent.resolve("postgres-" + fingerprint(resource));
        if (Files.exists(home.resolve("bin").resolve("postgres"))) {
            return home;
        }
        Files.createDirectories(parent);
        Path temporary = Files.createTempDirectory(
                parent,
                "unpacking",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try (InputStream archive = open(resource);
                TarArchiveInputStream tar = new TarArchiveInputStream(
                        new XZInputStream(new BufferedInputStream(archive, 1 << 16)))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                unpack(entry, tar, temporary);
            }
        }
        try {
            Files.move(temporary, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException
                | DirectoryNotEmptyException
                | AtomicMoveNotSupportedException e) {
            delete(temporary);
        }
        if (!Files.exists(home.resolve("bin").resolve("postgres"))) {
            throw new PostgresFailure("PostgreSQL could not be unpacked into " + home);
        }
        return home;
    }

    private static void unpack(TarArchiveEntry entry, TarArchiveInputStream tar, Path directory)
            throws IOException {
        Path path = directory.resolve(entry.getName()).normalize();
        if (!path.startsWith(directory)) {
            throw new IOException("the archive leaves its directory: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isFile()) {
            Files.copy(tar, path);
            boolean executable = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(
                    path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }

    /// The archive's name tells system and processor: `postgres-linux-x86_64.txz`.
    private static String resource() throws PostgresFailure {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        boolean arm = processor.equals("aarch64") || processor.equals("arm64");
        boolean mac = system.startsWith("mac");
        List<String> names = List.of(
                "postgres-" + (mac ? "darwin" : "linux") + (arm ? "-arm_64" : "-x86_64") + ".txz");
        return names.stream()
                .filter(name -> PostgresBinaries.class.getResource("/" + name) != null)
                .findFirst()
                .orElseThrow(() -> new PostgresFailure("there is no embedded PostgreSQL for "
                        + system + " on " + processor + " here: set database.url"));
    }

    /// Length and checksum of the archive as the jar states them: reading 15 MB at each start
    /// to compute a better one would cost a tenth of a second.
    private static String fingerprint(String resource) throws IOException {
        URLConnection connection =
                PostgresBinaries.class.getResource("/" + resource).openConnection();
        if (connection instanceof JarURLConnection jar) {
            JarEntry entry = jar.getJarEntry();
            return entry.getSize() + "-" + HexFormat.of().toHexDigits((int) entry.getCrc());
        }
        return String.valueOf(connection.getContentLengthLong());
    }

    private static InputStream open(String resource) {
        return PostgresBinaries.class.getResourceAsStream("/" + resource);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
