package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.error.ErrorCode;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.slice.Fields;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

class FilterUnitTest {

    private static final UserId ANN = UserId.of("@ann:a.example");
    private static final UserId BOB = UserId.of("@bob:a.example");

    @Test
    void aStarMatchesAnyCharacters() {
        assertThat(Wildcards.matches("m.room.*", "m.room.message")).isTrue();
        assertThat(Wildcards.matches("*", "")).isTrue();
        assertThat(Wildcards.matches("m.*.message", "m.room.message")).isTrue();
        assertThat(Wildcards.matches("m.room.message", "m.room.messages")).isFalse();
        assertThat(Wildcards.matches("m.*b", "m.ab.c")).isFalse();
        assertThat(Wildcards.matches("", "a")).isFalse();
    }

    @Test
    void manyStarsAreNoMatterOfExponentialTime() {
        assertThat(Wildcards.matches("*a".repeat(100) + "b", "a".repeat(5000))).isFalse();
    }

    @Test
    void whatIsExcludedStaysOutEvenIfItIsIncluded() {
        EventFilter filter = filter(
                "{\"types\":[\"m.*\"],\"not_types\":[\"m.secret\"],\"not_senders\":[\"@bob:a.example\"]}");
        assertThat(filter.wants("m.room.name", ANN)).isTrue();
        assertThat(filter.wants("m.secret", ANN)).isFalse();
        assertThat(filter.wants("m.room.name", BOB)).isFalse();
        assertThat(filter.wants("x.room.name", ANN)).isFalse();
    }

    @Test
    void anEmptyListOfTypesWantsNothing() {
        assertThat(filter("{\"types\":[]}").wantsType("m.room.name")).isFalse();
        assertThat(filter("{}").wantsType("m.room.name")).isTrue();
    }

    @Test
    void wrongTypesInAFilterAreRefused() {
        for (String bad : new String[] {
            "{\"room\":1}",
            "{\"room\":{\"timeline\":{\"limit\":\"ten\"}}}",
            "{\"room\":{\"timeline\":{\"types\":\"m.room.message\"}}}",
            "{\"account_data\":{\"not_types\":[1]}}",
            "{\"room\":{\"include_leave\":\"yes\"}}"
        }) {
            Fields fields = Fields.of(json(bad));
            Filter.read(fields);
            assertThat(fields.problem().map(problem -> problem.code()))
                    .as(bad)
                    .contains(ErrorCode.BAD_JSON);
        }
    }

    private static EventFilter filter(String json) {
        return EventFilter.read(Fields.of(json(json)));
    }

    private static JsonObject json(String text) {
        return JsonParser.parseObject(
                        text.getBytes(StandardCharsets.UTF_8), JsonLimits.clientBody(10_000))
                .object()
                .orElseThrow();
    }
}
