package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

class JsonOutTest {

    @Test
    void commasStandBetweenElementsOnly() {
        var out = new JsonOut();
        out.beginObject()
                .key("a")
                .beginArray()
                .number(1)
                .string("two\n")
                .beginObject()
                .endObject()
                .endArray()
                .field("b", true)
                .key("c")
                .raw("[9]".getBytes(StandardCharsets.UTF_8), 0, 3)
                .key("d")
                .beginArray()
                .endArray()
                .endObject();
        assertThat(new String(out.toBytes(), StandardCharsets.UTF_8))
                .isEqualTo("{\"a\":[1,\"two\\n\",{}],\"b\":true,\"c\":[9],\"d\":[]}");
    }

    @Test
    void itGrowsWithItsContent() {
        var out = new JsonOut();
        out.beginArray();
        for (int i = 0; i < 10_000; i++) {
            out.string("x".repeat(10));
        }
        assertThat(out.endArray().toBytes()).hasSize(10_000 * 13 + 1);
    }
}
