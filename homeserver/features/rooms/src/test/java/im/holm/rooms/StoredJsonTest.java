package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

class StoredJsonTest {

    @Test
    void aTopLevelValueIsFoundWhereItStands() {
        String json =
                "{\"a\":[1,{\"content\":0}],\"content\":{\"b\":\"}\\\"]\",\"c\":[[]]},\"z\":-1}";
        assertThat(find(json, "content")).isEqualTo("{\"b\":\"}\\\"]\",\"c\":[[]]}");
        assertThat(find(json, "a")).isEqualTo("[1,{\"content\":0}]");
        assertThat(find(json, "z")).isEqualTo("-1");
        assertThat(find("{\"content\":{}}", "content")).isEqualTo("{}");
        assertThat(find("{\"a\":true,\"content\":\"\\\\\"}", "content")).isEqualTo("\"\\\\\"");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(StoredJson.find(bytes("{}"), "content")).isEmpty();
        assertThat(StoredJson.find(bytes("{\"a\":{\"content\":1}}"), "content")).isEmpty();
    }

    private static String find(String json, String key) {
        var slice = StoredJson.find(bytes(json), key).orElseThrow();
        return new String(
                bytes(json), slice.from(), slice.to() - slice.from(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
