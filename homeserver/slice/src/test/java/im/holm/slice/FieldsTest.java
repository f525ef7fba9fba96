package im.holm.slice;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

class FieldsTest {

    @Test
    void aBodyThatIsNotJsonIsNotJson() {
        assertThat(codeOf(body("{\"a\":"))).isEqualTo(ErrorCode.NOT_JSON);
        assertThat(codeOf(body(""))).isEqualTo(ErrorCode.NOT_JSON);
    }

    @Test
    void aBodyThatIsNotAnObjectOrHasAKeyTwiceIsBadJson() {
        assertThat(codeOf(body("[]"))).isEqualTo(ErrorCode.BAD_JSON);
        assertThat(codeOf(body("{\"a\":1,\"a\":2}"))).isEqualTo(ErrorCode.BAD_JSON);
    }

    @Test
    void anAbsentOptionalBodyIsAnEmptyObject() {
        assertThat(Fields.ofOptionalBody(request("")).failed()).isFalse();
        assertThat(Fields.ofOptionalBody(request("x")).failed()).isTrue();
    }

    @Test
    void theFirstFlawStays() {
        var fields = body("{\"n\":\"one\"}");
        assertThat(fields.string("missing")).isEmpty();
        assertThat(fields.optionalInteger("n", 0, 9)).isEmpty();
        assertThat(codeOf(fields)).isEqualTo(ErrorCode.MISSING_PARAM);
        assertThat(fields.problem().orElseThrow().message()).isEqualTo("'missing' is missing");
    }

    @Test
    void aValueOfAnotherTypeIsBadJson() {
        var fields = body("{\"s\":1,\"o\":{\"in\":[1]}}");
        fields.optionalFields("o").orElseThrow().strings("in", 5);
        assertThat(codeOf(fields)).isEqualTo(ErrorCode.BAD_JSON);
        assertThat(fields.problem().orElseThrow().message())
                .isEqualTo("'o.in' is not an array of strings");
    }

    @Test
    void nullCountsAsAbsent() {
        var fields = body("{\"a\":null}");
        assertThat(fields.optionalString("a")).isEmpty();
        assertThat(fields.failed()).isFalse();
        fields.string("a");
        assertThat(codeOf(fields)).isEqualTo(ErrorCode.MISSING_PARAM);
    }

    @Test
    void anIdThatIsNotOneAndANumberOutOfRangeAreInvalid() {
        var fields = body("{\"user\":\"@a:b.c\",\"no\":\"a:b\",\"n\":11}");
        assertThat(fields.id("user", UserId::parse)).contains(UserId.of("@a:b.c"));
        assertThat(fields.failed()).isFalse();
        assertThat(fields.id("no", UserId::parse)).isEmpty();
        assertThat(codeOf(fields)).isEqualTo(ErrorCode.INVALID_PARAM);

        var number = body("{\"n\":11}");
        assertThat(number.integer("n", 0, 10)).isZero();
        assertThat(codeOf(number)).isEqualTo(ErrorCode.INVALID_PARAM);
    }

    @Test
    void listsAreBounded() {
        var fields = body("{\"l\":[\"a\",\"b\",\"c\"]}");
        assertThat(fields.strings("l", 3)).isEqualTo(List.of("a", "b", "c"));
        assertThat(fields.strings("l", 2)).isEmpty();
        assertThat(codeOf(fields)).isEqualTo(ErrorCode.INVALID_PARAM);
    }

    @Test
    void pathAndQueryShareTheBodysFlaw() {
        var request = Request.of(
                Method.POST,
                "/rooms/x?limit=5000&dir=b&neg=-1",
                Map.of("roomId", "not a room"),
                "{}".getBytes(StandardCharsets.UTF_8));
        var body = Fields.of(request);
        var parameters = body.parameters(request);
        assertThat(parameters.integer("limit", 0, 100)).isEqualTo(OptionalLong.of(100));
        assertThat(parameters.query("dir")).contains("b");
        assertThat(body.failed()).isFalse();
        assertThat(parameters.path("roomId", RoomId::parse)).isEmpty();
        assertThat(codeOf(body)).isEqualTo(ErrorCode.INVALID_PARAM);
    }

    @Test
    void numbersInTheQueryAreChecked() {
        for (String bad : List.of("", "-", "x", "1x", "-1", "9999999999999999999999")) {
            var parameters =
                    Parameters.of(Request.of(Method.GET, "/?limit=" + bad, Map.of(), new byte[0]));
            assertThat(parameters.integer("limit", 0, 100)).as(bad).isEmpty();
            assertThat(parameters.failed()).as(bad).isTrue();
        }
    }

    private static ErrorCode codeOf(Fields fields) {
        return fields.problem().orElseThrow().code();
    }

    private static Fields body(String json) {
        return Fields.of(request(json));
    }

    private static Request request(String json) {
        return Request.of(Method.POST, "/", Map.of(), json.getBytes(StandardCharsets.UTF_8));
    }
}
