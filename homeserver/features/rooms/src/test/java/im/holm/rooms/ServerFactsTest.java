package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ServerFactsTest {

    private static RoomsNode node;

    @BeforeAll
    static void start() {
        node = RoomsNode.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void eachVersionIsListedForClientsThatKnowOnlyOne() {
        Client nobody = node.clientWithToken("none");
        assertThat(Client.ok(nobody.get("/_matrix/client/versions"))
                        .body()
                        .array("versions")
                        .orElseThrow()
                        .strings()
                        .orElseThrow())
                .contains("r0.6.1", "v1.1", "v1.4", "v1.10", "v1.13", "v1.19");
    }

    @Test
    void capabilitiesNameTheRoomVersions() {
        JsonObject versions = Client.ok(node.client("ann").get("/capabilities"))
                .object("capabilities", "m.room_versions");
        assertThat(versions.string("default")).contains("12");
        assertThat(Reply.object(versions, "available").keys())
                .containsExactlyInAnyOrder(
                        "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12");
        assertThat(node.clientWithToken("none").get("/capabilities").errcode())
                .isEqualTo("M_UNKNOWN_TOKEN");
    }
}
