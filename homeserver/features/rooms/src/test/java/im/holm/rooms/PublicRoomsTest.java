package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class PublicRoomsTest {

    private static RoomsNode node;
    private static Client ann;
    private static String tea;
    private static String coffee;
    private static String space;

    @BeforeAll
    static void start() {
        node = RoomsNode.start();
        ann = node.client("ann");
        tea = ann.createRoom("{\"visibility\":\"public\",\"name\":\"Tea\",\"topic\":\"Leaves\"}");
        coffee = ann.createRoom("{\"visibility\":\"public\",\"name\":\"Coffee\"}");
        space = ann.createRoom("{\"visibility\":\"public\",\"name\":\"All\","
                + "\"creation_content\":{\"type\":\"m.space\"}}");
        ann.createRoom("{\"name\":\"Hidden\"}");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void publishedRoomsAreListedWithWhatTheyAre() {
        Reply list = Client.ok(ann.get("/publicRooms"));
        JsonObject entry = list.list("chunk").stream()
                .filter(room -> room.string("room_id").orElseThrow().equals(tea))
                .findFirst()
                .orElseThrow();
        assertThat(entry.string("name")).contains("Tea");
        assertThat(entry.string("topic")).contains("Leaves");
        assertThat(entry.string("join_rule")).contains("public");
        assertThat(entry.integer("num_joined_members")).hasValue(1);
        assertThat(entry.bool("world_readable")).contains(false);
        assertThat(entry.bool("guest_can_join")).contains(false);
        assertThat(list.toString()).doesNotContain("Hidden");
    }

    @Test
    void theListComesInPages() {
        List<String> rooms = new ArrayList<>();
        String since = "";
        do {
            Reply page = Client.ok(ann.get("/publicRooms?limit=1" + since));
            rooms.addAll(ids(page));
            since = page.body()
                    .string("next_batch")
                    .map(next -> "&since=" + next)
                    .orElse("");
        } while (!since.isEmpty());
        assertThat(rooms).containsExactlyInAnyOrder(tea, coffee, space);
    }

    @Test
    void theListIsSearched() {
        assertThat(search("{\"generic_search_term\":\"LEAVES\"}")).containsExactly(tea);
        assertThat(search("{\"room_types\":[\"m.space\"]}")).containsExactly(space);
        assertThat(search("{\"room_types\":[null]}")).containsExactlyInAnyOrder(tea, coffee);
        assertThat(search("{\"room_types\":[null,\"m.space\"]}")).hasSize(3);
        assertThat(search("{}")).hasSize(3);
        assertThat(ids(Client.ok(ann.post("/publicRooms", "")))).hasSize(3);
    }

    @Test
    void aRoomIsPublishedAndWithdrawn() {
        Client bob = node.client("bob");
        String room = bob.createPublicRoom();
        String path = "/directory/list/room/" + Client.encode(room);
        assertThat(Client.ok(ann.get(path)).string("visibility")).isEqualTo("private");
        assertThat(ann.put(path, "{}").errcode()).isEqualTo("M_FORBIDDEN");
        ann.join(room);
        assertThat(ann.put(path, "{}").errcode()).isEqualTo("M_FORBIDDEN");
        Client.ok(bob.put(path, "{}"));
        assertThat(Client.ok(ann.get(path)).string("visibility")).isEqualTo("public");
        Client.ok(bob.put(path, "{\"visibility\":\"private\"}"));
        assertThat(Client.ok(ann.get(path)).string("visibility")).isEqualTo("private");
        assertThat(bob.put(path, "{\"visibility\":\"secret\"}").errcode())
                .isEqualTo("M_INVALID_PARAM");
    }

    @Test
    void badRequestsAreRefused() {
        assertThat(ann.get("/publicRooms?limit=x").errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(ann.get("/publicRooms?since=x").errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(ann.get("/publicRooms?server=elsewhere.example").errcode())
                .isEqualTo("M_NOT_FOUND");
        assertThat(ann.post("/publicRooms", "{").errcode()).isEqualTo("M_NOT_JSON");
        assertThat(ann.post("/publicRooms", "{\"filter\":{\"room_types\":[1]}}").errcode())
                .isEqualTo("M_BAD_JSON");
        assertThat(ann.post("/publicRooms", "{\"filter\":{\"generic_search_term\":1}}")
                        .errcode())
                .isEqualTo("M_BAD_JSON");
    }

    private static List<String> search(String filter) {
        return ids(Client.ok(ann.post("/publicRooms", "{\"filter\":" + filter + "}")));
    }

    private static List<String> ids(Reply page) {
        return page.list("chunk").stream()
                .map(room -> room.string("room_id").orElseThrow())
                .toList();
    }
}
