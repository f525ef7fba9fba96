package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FilterTest {

    private static RoomsNode node;
    private static Client ann;
    private static Client bob;

    @BeforeAll
    static void start() {
        node = RoomsNode.start();
        ann = node.client("ann");
        bob = node.client("bob");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aFilterIsReadBackAsItWasDefined() {
        String filter =
                "{\"event_fields\":[\"type\"],\"room\":{\"timeline\":{\"limit\":5}},\"x\":1}";
        String id = define(ann, filter);
        assertThat(Client.ok(ann.get(path(ann) + "/" + id)).json().toString()).isEqualTo(filter);
    }

    @Test
    void equalFiltersAreOne() {
        assertThat(define(ann, "{\"room\":{\"include_leave\":true}}"))
                .isEqualTo(define(ann, "{ \"room\" : { \"include_leave\" : true } }"));
        assertThat(define(ann, "{}")).isNotEqualTo(define(ann, "{\"presence\":{}}"));
    }

    @Test
    void filtersAreOnesOwn() {
        String id = define(ann, "{\"room\":{\"rooms\":[]}}");
        assertThat(bob.get(path(ann) + "/" + id).errcode()).isEqualTo("M_FORBIDDEN");
        assertThat(bob.post(path(ann), "{}").errcode()).isEqualTo("M_FORBIDDEN");
        assertThat(bob.get(path(bob) + "/7").errcode()).isEqualTo("M_NOT_FOUND");
    }

    @Test
    void badRequestsAreRefused() {
        assertThat(ann.post(path(ann), "{").errcode()).isEqualTo("M_NOT_JSON");
        assertThat(ann.post(path(ann), "[]").errcode()).isEqualTo("M_BAD_JSON");
        assertThat(ann.post(path(ann), "{\"room\":{\"rooms\":[1]}}").errcode())
                .isEqualTo("M_BAD_JSON");
        assertThat(ann.post(path(ann), "{\"room\":{\"rooms\":[\"room\"]}}").errcode())
                .isEqualTo("M_INVALID_PARAM");
        assertThat(ann.post(path(ann), "{\"event_format\":\"xml\"}").errcode())
                .isEqualTo("M_INVALID_PARAM");
        assertThat(ann.post(path(ann), "{\"x\":\"" + "y".repeat(70_000) + "\"}").errcode())
                .isEqualTo("M_INVALID_PARAM");
        assertThat(ann.get(path(ann) + "/none").errcode()).isEqualTo("M_NOT_FOUND");
        assertThat(ann.get(path(ann) + "/-1").errcode()).isEqualTo("M_NOT_FOUND");
    }

    private static String path(Client client) {
        return "/user/" + Client.encode(client.user.toString()) + "/filter";
    }

    private static String define(Client client, String filter) {
        return Client.ok(client.post(path(client), filter)).string("filter_id");
    }
}
