package im.holm.platform.config;

import im.holm.platform.egress.Cidr;
import im.holm.platform.egress.DenyList;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.version.RoomVersions;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The settings of the node itself. A slice adds its own beside them: [SettingRegistry#with].
public final class Settings {
    public enum DatabaseDurability {
        /// fsync off and the like are refused at start.
        STRICT,
        /// For tests; shown in every start line.
        UNSAFE
    }

    public enum RegistrationMode {
        CLOSED,
        TOKEN,
        OPEN
    }

    public enum LogLevel {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    public enum LogFormat {
        TEXT,
        JSON
    }

    private static final Kind<String> HOST = Kind.ofText(
            "a host name or IP address",
            text -> text.matches("[A-Za-z0-9._:\\[\\]-]{1,255}")
                    ? Optional.of(text)
                    : Optional.empty(),
            text -> text);
    private static final Kind<String> ROOM_VERSION = Kind.ofText(
            "a room version that this server can make, such as 12",
            text -> RoomVersions.find(text).map(_ -> text),
            text -> text);
    private static final Kind<Cidr> BLOCK =
            Kind.ofText("a CIDR block such as 10.0.0.0/8", Cidr::parse, Cidr::toString);
    private static final Kind<String> ORIGIN = Kind.ofText(
            "an origin such as https://app.example.org",
            text -> text.matches("https?://[A-Za-z0-9._:\\[\\]-]{1,255}")
                    ? Optional.of(text)
                    : Optional.empty(),
            text -> text);
    private static final Kind<String> DENIED = Kind.ofText(
            "a CIDR block or the word private",
            text -> DenyList.parse(List.of(text)).isPresent()
                    ? Optional.of(text)
                    : Optional.empty(),
            text -> text);

    public static final Setting<ServerName> SERVER_NAME = Setting.required(
            "server_name",
            Kind.ofText("a server name such as example.org", ServerName::parse, ServerName::text),
            "The name in every user id of this server; never changes once data exists.");
    public static final Setting<String> REGION = Setting.of(
            "region",
            Kind.ofText(
                    "a short name of small letters, digits and dashes",
                    text -> text.matches("[a-z0-9][a-z0-9-]{0,31}")
                            ? Optional.of(text)
                            : Optional.empty(),
                    text -> text),
            "default",
            "The region that this server stands for.");
    public static final Setting<Path> DATA_DIR = Setting.of(
            "data_dir",
            Kind.path(),
            Path.of("data"),
            "Everything that is ours on disk: embedded database, keys, media.");

    public static final Setting<String> CLIENT_HOST = Setting.of(
            "client.host", HOST, "127.0.0.1", "Where the client and Messenger APIs listen.");
    public static final Setting<Integer> CLIENT_PORT = Setting.of(
            "client.port", Kind.port(), 8008, "Their port; 0 picks a free one, which is printed.");
    public static final Setting<Optional<URI>> CLIENT_PUBLIC_URL = Setting.optional(
            "client.public_url",
            Kind.publicUrl(),
            "The URL that clients use; null: that of the listener, host and port.");
    public static final Setting<Optional<Path>> CLIENT_TLS_CERTIFICATE = Setting.optional(
            "client.tls.certificate",
            Kind.path(),
            "PEM file; null: plain HTTP behind a reverse proxy.");
    public static final Setting<Optional<Path>> CLIENT_TLS_KEY = Setting.optional(
            "client.tls.key", Kind.path(), "PEM file of the certificate's private key.");
    public static final Setting<List<Cidr>> CLIENT_TRUSTED_PROXIES = Setting.list(
            "client.trusted_proxies",
            BLOCK,
            List.of(),
            "CIDR blocks whose X-Forwarded-For and X-Forwarded-Proto count.");

    public static final Setting<String> GATEWAY_HOST =
            Setting.of("gateway.host", HOST, "127.0.0.1", "Where the WebSocket gateway listens.");
    public static final Setting<Integer> GATEWAY_PORT =
            Setting.of("gateway.port", Kind.port(), 8009, "Its port; 0 picks a free one.");
    public static final Setting<List<String>> GATEWAY_ALLOWED_ORIGINS = Setting.list(
            "gateway.allowed_origins",
            ORIGIN,
            List.of(),
            "Origins of web pages that may connect, beside client.public_url and auth.public_url.");
    public static final Setting<Optional<URI>> AUTH_PUBLIC_URL = Setting.optional(
            "auth.public_url",
            Kind.publicUrl(),
            "The URL of the sign-in pages; null: the client's.");
    public static final Setting<Optional<URI>> MEDIA_PUBLIC_URL = Setting.optional(
            "media.public_url",
            Kind.publicUrl(),
            "The URL that media is served from; null: the client's.");

    public static final Setting<String> FEDERATION_HOST =
            Setting.of("federation.host", HOST, "127.0.0.1", "Where the federation API listens.");
    public static final Setting<Integer> FEDERATION_PORT =
            Setting.of("federation.port", Kind.port(), 8448, "Its port; 0 picks a free one.");
    public static final Setting<Optional<Path>> FEDERATION_TLS_CERTIFICATE = Setting.optional(
            "federation.tls.certificate",
            Kind.path(),
            "PEM file; null: a self-signed one is made (for tests and demos).");
    public static final Setting<Optional<Path>> FEDERATION_TLS_KEY = Setting.optional(
            "federation.tls.key", Kind.path(), "PEM file of the certificate's private key.");
    public static final Setting<Optional<Path>> FEDERATION_TRUSTED_CA = Setting.optional(
            "federation.trusted_ca",
            Kind.path(),
            "PEM file of extra authorities for outgoing federation.");
    public static final Setting<List<String>> FEDERATION_DENY_ADDRESSES = Setting.list(
            "federation.deny_addresses",
            DENIED,
            List.of("private"),
            "CIDR blocks that are never connected to, or the word private; [] allows everything.");

    public static final Setting<String> MANAGEMENT_HOST = Setting.of(
            "management.host", HOST, "127.0.0.1", "Where health and metrics listen; never public.");
    public static final Setting<Integer> MANAGEMENT_PORT =
            Setting.of("management.port", Kind.port(), 9090, "Their port; 0 picks a free one.");

    public static final Setting<String> DATABASE_URL = Setting.of(
            "database.url",
            Kind.ofText(
                    "embedded, or jdbc:postgresql://host:5432/holm",
                    text -> text.equals("embedded") || text.startsWith("jdbc:postgresql:")
                            ? Optional.of(text)
                            : Optional.empty(),
                    text -> text),
            "embedded",
            "The embedded PostgreSQL, or the JDBC URL of another.");
    public static final Setting<Optional<String>> DATABASE_USERNAME =
            Setting.optional("database.username", Kind.text(), "The user at an external database.");
    public static final Setting<Optional<String>> DATABASE_PASSWORD = Setting.optional(
                    "database.password", Kind.text(), "The user's password.")
            .asSecret();
    public static final Setting<DatabaseDurability> DATABASE_DURABILITY = Setting.of(
            "database.durability",
            Kind.choice(DatabaseDurability.class),
            DatabaseDurability.STRICT,
            "strict refuses fsync=off and the like at start; unsafe is for tests.");

    public static final Setting<RegistrationMode> REGISTRATION_MODE = Setting.of(
            "registration.mode",
            Kind.choice(RegistrationMode.class),
            RegistrationMode.CLOSED,
            "Who may make an account.");
    public static final Setting<Optional<String>> REGISTRATION_SHARED_SECRET = Setting.optional(
                    "registration.shared_secret",
                    Kind.text(),
                    "Enables POST /_synapse/admin/v1/register for admin tools that know it.")
            .asSecret();
    public static final Setting<Boolean> RATE_LIMITS = Setting.of(
            "rate_limits",
            Kind.bool(),
            true,
            "Whether clients that ask too often are slowed down.");
    public static final Setting<String> ROOM_DEFAULT_VERSION = Setting.of(
            "room.default_version", ROOM_VERSION, "12", "The version of rooms made without one.");
    public static final Setting<Optional<Path>> APPSERVICES_DIRECTORY = Setting.optional(
            "appservices.directory",
            Kind.path(),
            "Where the registration YAML files of application services lie.");
    public static final Setting<LogLevel> LOG_LEVEL = Setting.of(
            "log.level", Kind.choice(LogLevel.class), LogLevel.INFO, "How much is logged.");
    public static final Setting<LogFormat> LOG_FORMAT = Setting.of(
            "log.format",
            Kind.choice(LogFormat.class),
            LogFormat.TEXT,
            "One line of text or of JSON each.");

    private Settings() {}

    /// All of them, in the order of the reference.
    public static List<Setting<?>> all() {
        return List.of(
                SERVER_NAME,
                REGION,
                DATA_DIR,
                CLIENT_HOST,
                CLIENT_PORT,
                CLIENT_PUBLIC_URL,
                CLIENT_TLS_CERTIFICATE,
                CLIENT_TLS_KEY,
                CLIENT_TRUSTED_PROXIES,
                GATEWAY_HOST,
                GATEWAY_PORT,
                GATEWAY_ALLOWED_ORIGINS,
                AUTH_PUBLIC_URL,
                MEDIA_PUBLIC_URL,
                FEDERATION_HOST,
                FEDERATION_PORT,
                FEDERATION_TLS_CERTIFICATE,
                FEDERATION_TLS_KEY,
                FEDERATION_TRUSTED_CA,
                FEDERATION_DENY_ADDRESSES,
                MANAGEMENT_HOST,
                MANAGEMENT_PORT,
                DATABASE_URL,
                DATABASE_USERNAME,
                DATABASE_PASSWORD,
                DATABASE_DURABILITY,
                REGISTRATION_MODE,
                REGISTRATION_SHARED_SECRET,
                RATE_LIMITS,
                ROOM_DEFAULT_VERSION,
                APPSERVICES_DIRECTORY,
                LOG_LEVEL,
                LOG_FORMAT);
    }
}
