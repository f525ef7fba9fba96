package im.holm.platform.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;

import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonWriter;

import org.slf4j.event.KeyValuePair;

import java.time.Instant;
import java.util.Arrays;

/// Each log event as one line of JSON.
final class JsonLines extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        JsonObject.Builder line = JsonObject.builder();
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                switch (pair.value) {
                    case Integer number -> line.put(pair.key, number);
                    case Long number -> line.put(pair.key, number);
                    case Boolean bool -> line.put(pair.key, bool);
                    case null -> {}
                    case Object other -> line.put(pair.key, other.toString());
                }
            }
        }
        event.getMDCPropertyMap().forEach(line::put);
        line.put("time", Instant.ofEpochMilli(event.getTimeStamp()).toString())
                .put("level", event.getLevel().toString())
                .put("logger", event.getLoggerName())
                .put("thread", event.getThreadName())
                .put("message", event.getFormattedMessage());
        if (event.getThrowableProxy() != null) {
            line.put("exception", ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        byte[] json = JsonWriter.write(line.build());
        byte[] withNewline = Arrays.copyOf(json, json.length + 1);
        withNewline[json.length] = '\n';
        return withNewline;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
