package im.holm.node;

import im.holm.platform.config.Config;
import im.holm.platform.config.Settings;
import im.holm.platform.config.Settings.DatabaseDurability;
import im.holm.platform.db.Database;
import im.holm.platform.db.DatabaseOutcome;
import im.holm.platform.db.DatabaseSettings;
import im.holm.platform.db.Doctor;
import im.holm.platform.db.DoctorCheck;
import im.holm.platform.db.EmbeddedOptions;
import im.holm.platform.db.EmbeddedOutcome;
import im.holm.platform.db.EmbeddedPostgres;
import im.holm.platform.metrics.Metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What `holm doctor` does: every slice's invariants on a database, whether its node runs or not.
public final class Examination {
    private static final int CONNECTIONS_MAX = 2;
    private static final Duration ACQUIRE = Duration.ofSeconds(10);
    private static final Duration STATEMENT = Duration.ofMinutes(5);

    private Examination() {}

    public sealed interface Outcome {
        record Done(List<Doctor.Finding> findings) implements Outcome {
            public Done {
                findings = List.copyOf(findings);
            }

            public boolean isSound() {
                return findings.stream().allMatch(Doctor.Finding::isSound);
            }
        }

        /// There is no database to look at, or no such room.
        record Unusable(String reason) implements Outcome {}
    }

    /// Everything that is examined.
    public static List<DoctorCheck> checks() {
        return Composition.checks();
    }

    /// Examines the database of a configuration.
    ///
    /// @param room only the checks of this room; empty: everything
    /// @param full whether all events and snapshots are computed again, not a sample
    public static Outcome of(Config config, Optional<String> room, boolean full) {
        if (!config.get(Settings.DATABASE_URL).equals("embedded")) {
            return examine(external(config), room, full);
        }
        var options = EmbeddedOptions.in(config.get(Settings.DATA_DIR));
        if (!Files.exists(options.directory().resolve("made"))) {
            return new Outcome.Unusable("no server has run in " + config.get(Settings.DATA_DIR));
        }
        try {
            Optional<DatabaseSettings> running = EmbeddedPostgres.inUse(options);
            if (running.isPresent()) {
                return examine(running.get(), room, full);
            }
        } catch (IOException e) {
            return new Outcome.Unusable("cannot use " + options.directory() + ": " + e);
        }
        boolean unsafe = config.get(Settings.DATABASE_DURABILITY) == DatabaseDurability.UNSAFE;
        return switch (EmbeddedPostgres.start(unsafe ? options.unsafe() : options)) {
            case EmbeddedOutcome.NotStarted(String reason) -> new Outcome.Unusable(reason);
            case EmbeddedOutcome.Started(EmbeddedPostgres server) -> {
                try (server) {
                    yield examine(server.settings(), room, full);
                }
            }
        };
    }

    private static DatabaseSettings external(Config config) {
        return new DatabaseSettings(
                config.get(Settings.DATABASE_URL),
                config.get(Settings.DATABASE_USERNAME),
                config.get(Settings.DATABASE_PASSWORD),
                CONNECTIONS_MAX,
                ACQUIRE,
                STATEMENT);
    }

    private static Outcome examine(DatabaseSettings settings, Optional<String> room, boolean full) {
        var bounded = new DatabaseSettings(
                settings.jdbcUrl(),
                settings.username(),
                settings.password(),
                CONNECTIONS_MAX,
                ACQUIRE,
                STATEMENT);
        return switch (Database.open(bounded, "doctor", new Metrics())) {
            case DatabaseOutcome.Unreachable(String reason) ->
                new Outcome.Unusable("the database cannot be used (" + settings + "): " + reason);
            case DatabaseOutcome.Opened(Database database) -> {
                try (database) {
                    var doctor = new Doctor(database, full);
                    yield room.map(id -> doctor.examine(Composition.checks(), id)
                                    .<Outcome>map(Outcome.Done::new)
                                    .orElse(new Outcome.Unusable("there is no room " + id)))
                            .orElseGet(
                                    () -> new Outcome.Done(doctor.examine(Composition.checks())));
                }
            }
        };
    }
}
