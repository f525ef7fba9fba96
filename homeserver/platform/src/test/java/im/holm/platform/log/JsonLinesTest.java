package im.holm.platform.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;

import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonResult;

import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

import java.nio.charset.StandardCharsets;
import java.util.Map;

class JsonLinesTest {
    private final LoggerContext context = new LoggerContext();

    private String encode(String message, Throwable failure) {
        Logger logger = context.getLogger("im.holm.test");
        LoggingEvent event = new LoggingEvent(
                JsonLinesTest.class.getName(), logger, Level.WARN, message, failure, null);
        event.setMDCPropertyMap(Map.of("request", "abc-1"));
        event.addKeyValuePair(new KeyValuePair("status", 503));
        event.addKeyValuePair(new KeyValuePair("path", "/a\"b\nc"));
        return new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
    }

    private static JsonObject parsed(String line) {
        return switch (JsonParser.parseObject(
                line.getBytes(StandardCharsets.UTF_8), JsonLimits.clientBody(100_000))) {
            case JsonResult.Parsed(JsonObject object) -> object;
            case JsonResult other -> throw new AssertionError(other.toString());
        };
    }

    @Test
    void anEventIsOneLineOfJsonWithTheRequestId() {
        String line = encode("slow\nrequest", null);

        assertThat(line.lines()).hasSize(1);
        JsonObject object = parsed(line);
        assertThat(object.string("request")).contains("abc-1");
        assertThat(object.string("message")).contains("slow\nrequest");
        assertThat(object.string("level")).contains("WARN");
        assertThat(object.integer("status")).hasValue(503);
        assertThat(object.string("path")).contains("/a\"b\nc");
    }

    @Test
    void anExceptionIsInTheSameLine() {
        String line = encode("failed", new IllegalStateException("on purpose"));

        assertThat(line.lines()).hasSize(1);
        assertThat(parsed(line).string("exception").orElse(""))
                .contains("on purpose", "JsonLinesTest");
    }
}
