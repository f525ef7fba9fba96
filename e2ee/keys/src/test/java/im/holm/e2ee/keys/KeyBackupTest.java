package im.holm.e2ee.keys;

import static im.holm.e2ee.keys.KeysDevice.ok;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Room keys that users keep on the server for themselves.
class KeyBackupTest {

    private static KeysNode node;

    @BeforeAll
    static void start() {
        node = KeysNode.start("eu.example");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private final KeysDevice alice = node.device("alice" + System.nanoTime());

    private static final String ROOM = "/room_keys/keys/!r:eu.example";

    private static JsonObject backup(String algorithm) {
        return JsonObject.builder()
                .put("algorithm", algorithm)
                .put("auth_data", JsonObject.of("public_key", new JsonString("abc")))
                .build();
    }

    private static JsonObject session(int first, int forwarded, boolean verified, String data) {
        return JsonObject.builder()
                .put("first_message_index", first)
                .put("forwarded_count", forwarded)
                .put("is_verified", verified)
                .put("session_data", JsonObject.of("ciphertext", new JsonString(data)))
                .build();
    }

    private String create() {
        return ok(alice.post("/room_keys/version", backup("m.a")))
                .body()
                .string("version")
                .get();
    }

    private String data(String version) {
        return ok(alice.get(ROOM + "/s1?version=" + version))
                .object("session_data")
                .string("ciphertext")
                .orElseThrow();
    }

    @Test
    void withoutABackupThereIsNone() {
        assertThat(alice.get("/room_keys/version").errcode()).isEqualTo("M_NOT_FOUND");
        assertThat(alice.get("/room_keys/version/1").errcode()).isEqualTo("M_NOT_FOUND");
        assertThat(alice.get("/room_keys/keys?version=1").errcode()).isEqualTo("M_NOT_FOUND");
        assertThat(alice.delete("/room_keys/version/1").errcode()).isEqualTo("M_NOT_FOUND");
    }

    @Test
    void theNewestVersionCountsAndItsDeletionBringsTheOneBefore() {
        String first = create();
        String second = create();
        assertThat(ok(alice.get("/room_keys/version")).body().string("version")).contains(second);
        ok(alice.delete("/room_keys/version/" + second));
        ok(alice.delete("/room_keys/version/" + second));
        assertThat(ok(alice.get("/room_keys/version")).body().string("version")).contains(first);
        assertThat(alice.get("/room_keys/version/" + second).status()).isEqualTo(404);
        assertThat(create()).as("no number twice").isEqualTo("3");
    }

    @Test
    void aBackupIsRenewedButKeepsItsAlgorithm() {
        String version = create();
        var changed = backup("m.a").with("auth_data", JsonObject.of("k", new JsonString("new")));
        ok(alice.put("/room_keys/version/" + version, changed));
        assertThat(ok(alice.get("/room_keys/version/" + version))
                        .object("auth_data")
                        .string("k"))
                .contains("new");
        var other = alice.put("/room_keys/version/" + version, backup("m.b"));
        assertThat(other.errcode()).isEqualTo("M_INVALID_PARAM");
        var wrong = changed.with("version", "77");
        assertThat(alice.put("/room_keys/version/" + version, wrong).errcode())
                .isEqualTo("M_INVALID_PARAM");
    }

    @Test
    void aSessionIsReplacedByABetterOneOnly() {
        String version = create();
        String path = ROOM + "/s1?version=" + version;
        var first = ok(alice.put(path, session(5, 2, false, "a")));
        assertThat(first.body().integer("count")).hasValue(1);
        var worse = ok(alice.put(path, session(6, 0, false, "worse: later")));
        assertThat(worse.body()).as("the same etag").isEqualTo(first.body());
        assertThat(data(version)).isEqualTo("a");
        ok(alice.put(path, session(5, 1, false, "b")));
        assertThat(data(version)).as("forwarded less often").isEqualTo("b");
        ok(alice.put(path, session(3, 9, false, "c")));
        assertThat(data(version)).as("from an earlier message on").isEqualTo("c");
        ok(alice.put(path, session(8, 9, true, "d")));
        assertThat(data(version)).as("verified").isEqualTo("d");
        ok(alice.put(path, session(0, 0, false, "e")));
        assertThat(data(version)).as("verified stays").isEqualTo("d");
    }

    @Test
    void sessionsAreStoredReadAndDeletedByRoomAndAll() {
        String version = create();
        var sessions = JsonObject.builder()
                .put("s1", session(0, 0, true, "1"))
                .put("s2", session(0, 0, true, "2"))
                .build();
        var rooms = JsonObject.builder()
                .put("!r:eu.example", JsonObject.of("sessions", sessions))
                .put("!q:eu.example", JsonObject.of("sessions", sessions))
                .build();
        var put =
                ok(alice.put("/room_keys/keys?version=" + version, JsonObject.of("rooms", rooms)));
        assertThat(put.body().integer("count")).hasValue(4);
        assertThat(ok(alice.get("/room_keys/keys?version=" + version)).object("rooms"))
                .isEqualTo(rooms);
        assertThat(ok(alice.get(ROOM + "?version=" + version)).object("sessions"))
                .isEqualTo(sessions);
        var one = ok(alice.delete(ROOM + "/s1?version=" + version));
        assertThat(one.body().integer("count")).hasValue(3);
        assertThat(alice.get(ROOM + "/s1?version=" + version).errcode()).isEqualTo("M_NOT_FOUND");
        ok(alice.delete(ROOM + "?version=" + version));
        assertThat(ok(alice.get(ROOM + "?version=" + version)).object("sessions"))
                .isEqualTo(JsonObject.EMPTY);
        var all = ok(alice.delete("/room_keys/keys?version=" + version));
        assertThat(all.body().integer("count")).hasValue(0);
        assertThat(ok(alice.get("/room_keys/version")).body().integer("count")).hasValue(0);
    }

    @Test
    void anOldVersionIsReadButNotWritten() {
        String first = create();
        ok(alice.put(ROOM + "/s1?version=" + first, session(0, 0, true, "old")));
        String second = create();
        var refused = alice.put(ROOM + "/s1?version=" + first, session(0, 0, true, "new"));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.errcode()).isEqualTo("M_WRONG_ROOM_KEYS_VERSION");
        assertThat(refused.body().string("current_version")).contains(second);
        assertThat(data(first)).isEqualTo("old");
    }

    @Test
    void nobodyReadsAnotherUsersBackup() {
        String version = create();
        ok(alice.put(ROOM + "/s1?version=" + version, session(0, 0, true, "mine")));
        var eve = node.device("eve" + System.nanoTime());
        assertThat(eve.get(ROOM + "/s1?version=" + version).status()).isEqualTo(404);
        assertThat(eve.delete("/room_keys/keys?version=" + version).status()).isEqualTo(404);
        assertThat(data(version)).isEqualTo("mine");
    }

    @Test
    void badInputIsTold() {
        String version = create();
        String path = ROOM + "/s1?version=" + version;
        assertThat(alice.put(ROOM + "/s1", session(0, 0, true, "x")).errcode())
                .isEqualTo("M_MISSING_PARAM");
        assertThat(alice.put(path, session(-1, 0, true, "x")).errcode())
                .isEqualTo("M_INVALID_PARAM");
        assertThat(alice.put(path, JsonObject.EMPTY).errcode()).isEqualTo("M_MISSING_PARAM");
        assertThat(alice.put(path, new JsonString("x")).errcode()).isEqualTo("M_BAD_JSON");
        assertThat(alice.call("PUT", path, "{").errcode()).isEqualTo("M_NOT_JSON");
        assertThat(alice.put(
                                "/room_keys/keys?version=" + version,
                                JsonObject.of("rooms", new JsonString("x")))
                        .errcode())
                .isEqualTo("M_BAD_JSON");
        assertThat(alice.post("/room_keys/version", JsonObject.EMPTY).errcode())
                .isEqualTo("M_MISSING_PARAM");
        String long256 = "x".repeat(256);
        assertThat(alice.put(ROOM + "/" + long256 + "?version=" + version, session(0, 0, true, "x"))
                        .errcode())
                .isEqualTo("M_INVALID_PARAM");
        for (String number : new String[] {"0", "-1", "9".repeat(30), "x", "1.0"}) {
            assertThat(alice.get("/room_keys/keys?version=" + number).status()).isEqualTo(404);
        }
    }
}
