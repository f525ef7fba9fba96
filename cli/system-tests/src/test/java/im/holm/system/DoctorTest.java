package im.holm.system;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.cli.Main;
import im.holm.node.Examination;
import im.holm.node.Node;
import im.holm.platform.db.Database;
import im.holm.platform.db.DatabaseOutcome;
import im.holm.platform.db.Doctor.Finding;
import im.holm.platform.db.DoctorCheck;
import im.holm.platform.db.EmbeddedOptions;
import im.holm.platform.db.EmbeddedPostgres;
import im.holm.platform.metrics.Metrics;
import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// `holm doctor`: silent on what a node wrote, and each check finds the fault that it is there for.
class DoctorTest {
    private static final DoctorCheck.Scope ALL =
            new DoctorCheck.Scope(Long.MIN_VALUE, Long.MAX_VALUE, true);
    private static final String FIRST_ROOM = "(SELECT min(room_nid) FROM room)";

    @TempDir
    static Path dataDir;

    private static Node node;
    private static Database database;
    private static String room;

    @BeforeAll
    static void aNodeWithARoom() throws Exception {
        node = RunningNode.start(dataDir, Map.of());
        var anonymous = new TestClient(node.listeners().clientPort());
        var ada = anonymous.as(anonymous.register("ada", "correct horse battery"));
        room = ada.post(
                        "/_matrix/client/v3/createRoom",
                        JsonObject.EMPTY.with("name", "engine").with("topic", "engines"))
                .string("room_id")
                .orElseThrow();
        for (int i = 0; i < 5; i++) {
            ada.send(room, "message " + i, "txn" + i);
        }
        var settings = EmbeddedPostgres.inUse(EmbeddedOptions.in(dataDir)).orElseThrow();
        database = switch (Database.open(settings.withPoolMax(2), "doctor-test", new Metrics())) {
            case DatabaseOutcome.Opened(Database opened) -> opened;
            case DatabaseOutcome.Unreachable(String reason) -> throw new AssertionError(reason);
        };
    }

    @AfterAll
    static void stop() {
        database.close();
        node.stop();
    }

    @Test
    void whatANodeWroteIsSoundWhileItRuns() {
        for (Optional<String> of : List.of(Optional.<String>empty(), Optional.of(room))) {
            var outcome = Examination.of(RunningNode.config(dataDir, Map.of()), of, true);
            assertThat(outcome).isInstanceOfSatisfying(Examination.Outcome.Done.class, done -> {
                assertThat(done.findings()).isNotEmpty();
                assertThat(done.findings()).allMatch(Finding::isSound);
            });
        }
    }

    @Test
    void anUnknownRoomIsNotLookedAt() {
        assertThat(Examination.of(
                        RunningNode.config(dataDir, Map.of()), Optional.of("!none:here"), false))
                .isInstanceOf(Examination.Outcome.Unusable.class);
    }

    @Test
    void withoutADatabaseTheExitStatusIs2() {
        assertThat(Main.run("doctor", "--config", dataDir.resolve("absent.yaml").toString()))
                .isEqualTo(2);
    }

    @Test
    void everyCheckFindsAPlantedFault() {
        Map<String, String> plants = DoctorPlants.byCheck();
        assertThat(plants.keySet())
                .isEqualTo(Examination.checks().stream()
                        .map(DoctorCheck::name)
                        .collect(Collectors.toSet()));
        List<String> blind = new ArrayList<>();
        for (DoctorCheck check : Examination.checks()) {
            if (found(check, plants.get(check.name())).isEmpty()) {
                blind.add(check.name());
            }
        }
        assertThat(blind).isEmpty();
    }

    /// Plants the fault, asks, and takes it back.
    private static List<String> found(DoctorCheck check, String plant) {
        return database.read(handle -> {
            handle.begin();
            try {
                for (String statement : plant.split(";")) {
                    handle.execute(statement.replace("ROOM", FIRST_ROOM));
                }
                return check.check().run(handle, ALL);
            } finally {
                handle.rollback();
            }
        });
    }
}
