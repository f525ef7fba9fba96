package im.holm.messenger;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.messenger.Frames.Incoming;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.slice.Operation.Result;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Optional;

class FramesTest {

    @Test
    void theFirstFrameMayAskToGoOn() {
        assertThat(Frames.parse("{\"type\":\"auth\",\"token\":\"hol\",\"resume\":\"s1\"}"))
                .isEqualTo(new Incoming.Auth("hol", Optional.of("s1")));
        assertThat(Frames.parse("{\"type\":\"auth\",\"token\":\"hol\",\"resume\":null}"))
                .isEqualTo(new Incoming.Auth("hol", Optional.empty()));
    }

    @Test
    void aRequestCarriesItsIdAndMayLeaveOutItsParameters() {
        assertThat(Frames.parse("{\"type\":\"request\",\"id\":7,\"operation\":\"getConfig\"}"))
                .isEqualTo(new Incoming.Request(new JsonInteger(7), "getConfig", JsonObject.EMPTY));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "[]", "7", "\"auth\"", "{\"type\":\"ping\"} {}", "{\"a\":1,\"a\":2}"
            })
    void whatIsNoObjectEndsTheConversation(String text) {
        assertThat(Frames.parse(text))
                .isInstanceOfSatisfying(
                        Incoming.Bad.class, bad -> assertThat(bad.malformed()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"type\":7}",
                "{\"type\":\"dance\"}",
                "{\"type\":\"auth\"}",
                "{\"type\":\"auth\",\"token\":[]}",
                "{\"type\":\"request\",\"operation\":\"getConfig\"}",
                "{\"type\":\"request\",\"id\":{},\"operation\":\"getConfig\"}",
                "{\"type\":\"request\",\"id\":1}",
                "{\"type\":\"request\",\"id\":1,\"operation\":\"getConfig\",\"params\":[]}"
            })
    void aWrongFrameIsTold(String text) {
        assertThat(Frames.parse(text))
                .isInstanceOfSatisfying(
                        Incoming.Bad.class, bad -> assertThat(bad.malformed()).isFalse());
    }

    @Test
    void aFailedRequestAnswersWithProblemDetails() {
        var failed = new Result.Failed(Problem.of(ErrorCode.NOT_FOUND, "There is no such thread."));
        assertThat(Frames.response(new JsonString("a"), failed))
                .startsWith("{\"id\":\"a\",\"problem\":{\"detail\":\"There is no such thread.\"")
                .contains("\"status\":404")
                .contains("\"type\":\"urn:holm:problem:not-found\"")
                .contains("\"type\":\"response\"");
    }
}
