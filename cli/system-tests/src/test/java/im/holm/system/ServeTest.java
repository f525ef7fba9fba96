package im.holm.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/// A server as a process: it stops when told to, loses nothing when killed, and goes on after a
/// restart.
class ServeTest {

    private static final int MESSAGES = 20;

    @TempDir
    Path scratch;

    @Test
    void aKilledServerLosesNothingThatItAcknowledgedAndGoesOnWhereItWas() throws Exception {
        Path data = scratch.resolve("data");
        String token;
        String room;
        String since;
        List<String> sent = new ArrayList<>();
        try (var holm = HolmProcess.start(scratch, HolmProcess.settings(data), "serve")) {
            var anonymous = new TestClient(holm.port("client"));
            token = anonymous.register("ada", "correct horse battery");
            var ada = anonymous.as(token);
            room = ada.post("/_matrix/client/v3/createRoom", JsonObject.EMPTY)
                    .string("room_id")
                    .orElseThrow();
            since = ada.sync("").string("next_batch").orElseThrow();
            for (int i = 0; i < MESSAGES; i++) {
                sent.add(ada.send(room, "message " + i, "txn" + i));
            }
            holm.kill();
        }
        try (var holm = HolmProcess.start(scratch, HolmProcess.settings(data), "serve")) {
            var ada = new TestClient(holm.port("client")).as(token);
            assertThat(ada.timelineIds(ada.sync(since), room)).containsExactlyElementsOf(sent);
            assertThat(ada.send(room, "message 19", "txn19"))
                    .as("a repeated transaction answers with the first event")
                    .isEqualTo(sent.getLast());
            ada.send(room, "after the restart", "later");
            refusesASecondProcess(data);
            stopsInTimeWhileASyncWaits(holm, ada);
        }
        isSoundWhileItIsStopped(data);
        refusesAnotherName(data);
    }

    private void isSoundWhileItIsStopped(Path data) throws Exception {
        try (var doctor =
                HolmProcess.start(scratch, HolmProcess.settings(data), "doctor", "--full")) {
            assertThat(doctor.awaitExit()).as(doctor.output()).isZero();
            assertThat(doctor.output().lines().toList())
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith("ok "));
        }
    }

    private void refusesAnotherName(Path data) throws Exception {
        var settings = HolmProcess.settings(data);
        settings.put("HOLM_SERVER_NAME", "other.example");
        try (var renamed = HolmProcess.start(scratch, settings, "serve")) {
            assertThat(renamed.awaitExit()).as(renamed.output()).isEqualTo(2);
            assertThat(renamed.output().lines().toList())
                    .singleElement()
                    .asString()
                    .contains("process.example");
        }
    }

    private void refusesASecondProcess(Path data) throws Exception {
        try (var second = HolmProcess.start(scratch, HolmProcess.settings(data), "serve")) {
            assertThat(second.awaitExit()).as(second.output()).isEqualTo(2);
            assertThat(second.output().lines().toList()).singleElement();
        }
    }

    private static void awaitRequestInFlight(int management) {
        await().until(() -> TestClient.text(management, "/metrics")
                .contains("holm_http_in_flight{listener=\"client\"} 1.0"));
    }

    private static void stopsInTimeWhileASyncWaits(HolmProcess holm, TestClient ada)
            throws Exception {
        String since = ada.sync("").string("next_batch").orElseThrow();
        try (var waiting = Executors.newVirtualThreadPerTaskExecutor()) {
            var answer = waiting.submit(() -> ada.awaitSync(since, Duration.ofSeconds(25)));
            awaitRequestInFlight(holm.port("management"));
            holm.terminate();
            assertThat(holm.awaitExit(Duration.ofSeconds(10))).as(holm.output()).isZero();
            assertThat(answer.get().string("next_batch"))
                    .as("the sync that waited is answered, not refused")
                    .isPresent();
        }
    }

    /// Whoever watches over the process starts it anew, and learns there what is wrong.
    @Test
    void aServerWhoseSlotAnotherProcessHasTakenEnds() throws Exception {
        Path data = scratch.resolve("data");
        try (var holm = HolmProcess.start(scratch, HolmProcess.settings(data), "serve")) {
            holm.port("client");
            takeSlot(data.resolve("postgres"));
            assertThat(holm.awaitExit()).as(holm.output()).isEqualTo(1);
            assertThat(holm.output().lines().filter(line -> line.startsWith("holm: ")))
                    .singleElement()
                    .asString()
                    .contains("another process");
        }
    }

    private static void takeSlot(Path postgres) throws Exception {
        String url = "jdbc:postgresql://127.0.0.1:"
                + Files.readString(postgres.resolve("port")).trim() + "/holm";
        String password = Files.readString(postgres.resolve("password")).trim();
        try (var connection = DriverManager.getConnection(url, "holm", password);
                var statement = connection.createStatement()) {
            statement.execute("UPDATE stream_writer SET epoch = epoch + 1, node = 'another'");
        }
    }

    @Test
    void anAccountIsAddedAndAnEventExplainedOnARunningServer() throws Exception {
        var settings = HolmProcess.settings(scratch.resolve("data"));
        try (var holm = HolmProcess.start(scratch, settings, "serve")) {
            int client = holm.port("client");
            settings.put("HOLM_MANAGEMENT_PORT", String.valueOf(holm.port("management")));
            try (var adding = HolmProcess.start(scratch, settings, "user", "add", "grace")) {
                assertThat(adding.awaitExit()).as(adding.output()).isZero();
                assertThat(adding.output()).contains("@grace:process.example");
                String password = adding.awaitLine("password: ").substring(10);
                String token = new TestClient(client).login("grace", password);
                explains(new TestClient(client).as(token), settings);
            }
        }
    }

    private void explains(TestClient grace, Map<String, String> settings) throws Exception {
        String room = grace.post("/_matrix/client/v3/createRoom", JsonObject.EMPTY)
                .string("room_id")
                .orElseThrow();
        String said = grace.send(room, "why?", "txn");
        try (var explained = HolmProcess.start(scratch, settings, "explain", said)) {
            assertThat(explained.awaitExit()).as(explained.output()).isZero();
            assertThat(explained.output())
                    .startsWith(said)
                    .contains("stored as live")
                    .contains("2  signatures                       passed")
                    .contains("rule 11 allowed")
                    .endsWith("=> accepted\n");
        }
        int management = Integer.parseInt(settings.get("HOLM_MANAGEMENT_PORT"));
        assertThat(TestClient.text(management, "/_holm/admin/v1/explain?event_id=x"))
                .as("without the key of the data directory")
                .contains("M_MISSING_TOKEN");
        String unknown = "$" + "A".repeat(43);
        try (var absent = HolmProcess.start(scratch, settings, "explain", unknown)) {
            assertThat(absent.awaitExit()).as(absent.output()).isEqualTo(2);
            assertThat(absent.output())
                    .isEqualTo("holm: this server has no event " + unknown + "\n");
        }
    }
}
