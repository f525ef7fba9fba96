package im.holm.platform.db;

import java.nio.file.Path;

/// How the embedded PostgreSQL is started.
///
/// @param directory everything of it: cluster, password, port, log (`data_dir/postgres`)
/// @param binaries where the unpacked server is kept between starts, shared by all data directories
/// @param durable false turns fsync off: for tests whose data nobody needs afterwards
public record EmbeddedOptions(Path directory, Path binaries, boolean durable) {
    public static EmbeddedOptions in(Path dataDir) {
        return new EmbeddedOptions(dataDir.resolve("postgres"), userCache(), true);
    }

    /// The same without durability.
    public EmbeddedOptions unsafe() {
        return new EmbeddedOptions(directory, binaries, false);
    }

    /// `$XDG_CACHE_HOME/holm`, usually `~/.cache/holm`.
    private static Path userCache() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path cache = configured == null || configured.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(configured);
        return cache.resolve("holm");
    }
}
