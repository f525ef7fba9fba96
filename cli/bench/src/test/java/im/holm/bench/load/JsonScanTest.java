package im.holm.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

class JsonScanTest {

    @Test
    void eachMemberIsToldWithTheKeysThatLeadToIt() {
        List<String> told = new ArrayList<>();
        scan(" {\"a\": [1, {\"b\" : \"x\\\"}\"}, []], \"c\":{\"d\":null},\"e\":true} ")
                .run((scan, depth) -> {
                    var path = new StringBuilder();
                    for (int i = 1; i <= depth; i++) {
                        path.append(scan.key(i)).append('.');
                    }
                    told.add(path + scan.value());
                });
        assertThat(told).containsExactly("a.1", "a.b.x\\\"}", "c.d.null", "e.true");
    }

    @Test
    void aFieldOfTheOutermostObjectIsNotMistakenForAnInnerOne() {
        byte[] json = "{\"x\": {\"next_batch\": \"no\"}, \"next_batch\": \"s1\"}"
                .getBytes(StandardCharsets.UTF_8);
        assertThat(JsonScan.top(json, json.length, "next_batch")).isEqualTo("s1");
        assertThat(JsonScan.top(json, json.length, "absent")).isEmpty();
    }

    @Test
    void numbersAfterAMarkerAreRead() {
        List<Long> numbers = new ArrayList<>();
        scan("{\"body\": \"hb 12 0 345 xxx\"}").run((scan, _) -> {
            for (int n = 0; n < 4; n++) {
                numbers.add(scan.number("hb ".length(), n));
            }
        });
        assertThat(numbers).containsExactly(12L, 0L, 345L, -1L);
    }

    @Test
    void whatIsNoJsonIsRefused() {
        List<String> broken = List.of(
                "",
                "{",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1",
                "[1,",
                "{\"a\":\"\\",
                "{1:2}",
                "[".repeat(100_000));
        for (String text : broken) {
            assertThatIllegalArgumentException()
                    .as(text.substring(0, Math.min(10, text.length())))
                    .isThrownBy(() -> scan(text).run((_, _) -> {}));
        }
    }

    private static JsonScan scan(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return new JsonScan(bytes, bytes.length);
    }
}
