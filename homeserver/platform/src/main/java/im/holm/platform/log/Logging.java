package im.holm.platform.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;

import im.holm.platform.config.Settings;

import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// Sets logging up, once, at start. Everything goes to standard error; standard output belongs to
/// commands.
public final class Logging {
    /// One line, the exception's lines after it: time, level, request id, logger, message, keys
    /// and values.
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level [%X{request:--}] %logger{24}: "
                    + "%msg%replace( %kvp{NONE}){'^ $', ''}%n";

    private Logging() {}

    public static void configure(Settings.LogLevel level, Settings.LogFormat format) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder(context, format));
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        root.setLevel(quieter(level));
        context.getLogger("im.holm").setLevel(Level.toLevel(level.name()));
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /// Libraries speak a level more quietly than Holm: their INFO tells of things that are none
    /// of an operator's.
    private static Level quieter(Settings.LogLevel level) {
        return switch (level) {
            case TRACE -> Level.DEBUG;
            case DEBUG -> Level.INFO;
            case INFO, WARN -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
    }

    private static Encoder<ILoggingEvent> encoder(
            LoggerContext context, Settings.LogFormat format) {
        return switch (format) {
            case TEXT -> {
                PatternLayoutEncoder encoder = new PatternLayoutEncoder();
                encoder.setContext(context);
                encoder.setPattern(PATTERN);
                encoder.start();
                yield encoder;
            }
            case JSON -> {
                JsonLines encoder = new JsonLines();
                encoder.setContext(context);
                encoder.start();
                yield encoder;
            }
        };
    }
}
