package im.holm.platform.error;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonWriter;

import org.junit.jupiter.api.Test;

import java.util.Arrays;

class ErrorDocsTest {
    @Test
    void everyCodeIsInTheDocument() {
        assertThat(ErrorDocs.markdown().lines())
                .hasSizeGreaterThan(ErrorCode.values().length)
                .contains(
                        "| `M_NOT_FOUND` | 404 | user | `urn:holm:problem:not-found` | Nothing was found under this"
                                + " name. |");
    }

    @Test
    void noTwoCodesSayTheSame() {
        assertThat(Arrays.stream(ErrorCode.values())
                        .map(code -> code.errcode() + code.status() + code.description()))
                .doesNotHaveDuplicates();
        assertThat(ErrorCode.values()).allSatisfy(code -> {
            assertThat(code.errcode()).matches("M_[A-Z_]+");
            assertThat(code.status()).isBetween(400, 599);
        });
    }

    @Test
    void extraKeysStandInBothRenderingsButNeverHideTheCode() {
        Problem problem = Problem.of(ErrorCode.INCOMPATIBLE_ROOM_VERSION, "No version 99 here")
                .with("room_version", "99")
                .with("errcode", "M_OTHER");

        assertThat(JsonWriter.text(ProblemRendering.MATRIX.json(problem)))
                .isEqualTo(
                        "{\"errcode\":\"M_INCOMPATIBLE_ROOM_VERSION\",\"error\":\"No version 99 here\","
                                + "\"room_version\":\"99\"}");
        assertThat(ProblemRendering.PROBLEM_DETAILS.json(problem).string("type"))
                .contains("urn:holm:problem:incompatible-room-version");
        assertThat(ProblemRendering.PROBLEM_DETAILS.json(problem).string("room_version"))
                .contains("99");
    }
}
