package im.holm.platform.db;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/// A PostgreSQL server of our own, durable, on loopback, in one directory.
///
/// It outlives a killed JVM; the next start finds such an orphan by its pid file, stops it and
/// starts anew. Two nodes on one directory exclude each other by a lock. Runs for root too
/// (PostgreSQL itself refuses): see [ServerUser].
public final class EmbeddedPostgres implements AutoCloseable {
    static final String USER = "holm";
    static final String DATABASE = "holm";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final int PORT_TRIES_MAX = 5;
    private static final int PASSWORD_BYTES = 24;
    private static final long LOG_BYTES_MAX = 16L * 1024 * 1024;
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(8);

    private final PostgresTools tools;
    private final DirectoryLock lock;
    private final Path cluster;
    private final int port;
    private final String password;

    private EmbeddedPostgres(
            PostgresTools tools, DirectoryLock lock, Path cluster, int port, String password) {
        this.tools = tools;
        this.lock = lock;
        this.cluster = cluster;
        this.port = port;
        this.password = password;
    }

    /// Makes the cluster when there is none, and starts the server. Takes 1 to 3 seconds.
    public static EmbeddedOutcome start(EmbeddedOptions options) {
        Path directory = options.directory().toAbsolutePath().normalize();
        try {
            Files.createDirectories(directory);
            Optional<DirectoryLock> lock = DirectoryLock.acquire(directory.resolve("lock"));
            if (lock.isEmpty()) {
                return new EmbeddedOutcome.NotStarted("another Holm is using " + directory);
            }
            try {
                return new EmbeddedOutcome.Started(start(options, directory, lock.get()));
            } catch (PostgresFailure failure) {
                lock.get().close();
                return new EmbeddedOutcome.NotStarted(failure.getMessage());
            }
        } catch (IOException e) {
            return new EmbeddedOutcome.NotStarted(
                    "cannot use " + directory + ": " + e.getMessage());
        }
    }

    private static EmbeddedPostgres start(
            EmbeddedOptions options, Path directory, DirectoryLock lock)
            throws IOException, PostgresFailure {
        ServerUser user = ServerUser.of(directory);
        Path home = PostgresBinaries.unpack(user.binaries(options.binaries(), directory));
        PostgresTools tools = new PostgresTools(home, user, directory.resolve("server.log"));
        Path cluster = directory.resolve("cluster");
        String password = password(directory.resolve("password"));
        boolean isNew = !Files.exists(cluster.resolve("PG_VERSION"))
                || !Files.exists(directory.resolve("made"));
        if (isNew) {
            tools.initialise(cluster, directory.resolve("password"), USER, options.durable());
            Files.createFile(directory.resolve("made"));
        } else {
            tools.stopOrphan(cluster, STOP_TIMEOUT);
        }
        truncateLog(tools.log());
        int port = startOnSomePort(tools, cluster, directory.resolve("port"), options.durable());
        EmbeddedPostgres server = new EmbeddedPostgres(tools, lock, cluster, port, password);
        if (isNew) {
            server.createDatabase(DATABASE);
        }
        return server;
    }

    /// How to connect to the server that a running Holm has started in this directory.
    ///
    /// @return empty if none uses it, so that it may be started
    public static Optional<DatabaseSettings> inUse(EmbeddedOptions options) throws IOException {
        Path directory = options.directory().toAbsolutePath().normalize();
        Optional<DirectoryLock> lock = DirectoryLock.acquire(directory.resolve("lock"));
        if (lock.isPresent()) {
            lock.get().close();
            return Optional.empty();
        }
        String url = "jdbc:postgresql://127.0.0.1:"
                + Files.readString(directory.resolve("port")).strip() + "/" + DATABASE;
        return Optional.of(DatabaseSettings.of(
                url, USER, Files.readString(directory.resolve("password")).strip()));
    }

    /// How to connect to the node's own database.
    public DatabaseSettings settings() {
        return settings(DATABASE);
    }

    /// How to connect to another database of this server.
    public DatabaseSettings settings(String database) {
        return DatabaseSettings.of(url(database), USER, password);
    }

    public int port() {
        return port;
    }

    /// Makes a database with UTF-8 and collation C.
    public void createDatabase(String name) throws PostgresFailure {
        tools.sql(
                url("postgres"),
                USER,
                password,
                "CREATE DATABASE " + quoted(name) + " TEMPLATE template0");
    }

    /// Makes a database that is a copy of another one, to which nobody may be connected.
    public void copyDatabase(String template, String name) throws PostgresFailure {
        tools.sql(
                url("postgres"),
                USER,
                password,
                "CREATE DATABASE " + quoted(name) + " TEMPLATE " + quoted(template)
                        + " STRATEGY file_copy");
    }

    public void dropDatabase(String name) throws PostgresFailure {
        tools.sql(
                url("postgres"),
                USER,
                password,
                "DROP DATABASE IF EXISTS " + quoted(name) + " WITH (FORCE)");
    }

    /// Stops the server: open transactions are rolled back, everything committed is on disk
    /// (fast mode).
    @Override
    public void close() {
        try {
            tools.stop(cluster, STOP_TIMEOUT);
        } catch (PostgresFailure e) {
            LOG.warn("The embedded PostgreSQL did not stop: {}", e.getMessage());
        } finally {
            lock.close();
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private static int startOnSomePort(
            PostgresTools tools, Path cluster, Path portFile, boolean durable)
            throws IOException, PostgresFailure {
        PostgresFailure last = null;
        for (int attempt = 0; attempt < PORT_TRIES_MAX; attempt++) {
            int port = attempt == 0 ? remembered(portFile) : freePort();
            writeAtomically(cluster.resolve("holm.conf"), ServerConfiguration.text(port, durable));
            try {
                tools.start(cluster, START_TIMEOUT);
                writeAtomically(portFile, port + "\n");
                return port;
            } catch (PostgresFailure failure) {
                last = failure;
                if (!failure.isPortTaken()) {
                    break;
                }
            }
        }
        throw last;
    }

    private static int remembered(Path portFile) throws IOException {
        if (Files.exists(portFile)) {
            String text = Files.readString(portFile).strip();
            if (text.matches("[1-9][0-9]{0,4}")) {
                return Integer.parseInt(text);
            }
        }
        return freePort();
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private static String password(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] random = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(random);
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, HexFormat.of().formatHex(random) + "\n");
        }
        return Files.readString(file).strip();
    }

    private static void truncateLog(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > LOG_BYTES_MAX) {
            Files.move(
                    log, log.resolveSibling("server.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void writeAtomically(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(temporary, text, StandardCharsets.UTF_8);
        Files.move(
                temporary,
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static String quoted(String identifier) {
        if (!identifier.matches("[a-z_][a-z0-9_]{0,62}")) {
            throw new IllegalArgumentException("not a database name: " + identifier);
        }
        return '"' + identifier + '"';
    }
}
