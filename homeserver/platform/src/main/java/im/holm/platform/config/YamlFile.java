package im.holm.platform.config;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// Reads the configuration file from the parser's events, so that no object is ever made from what
/// the file says: no tags, no aliases (and so no bombs), bounded size, depth and number of keys.
final class YamlFile {
    static final int BYTES_MAX = 1024 * 1024;
    static final int DEPTH_MAX = 16;
    static final int KEYS_MAX = 10_000;

    /// @param where file name and line
    record Entry(String key, Raw value, String where) {}

    sealed interface Result {}

    record Content(List<Entry> entries) implements Result {}

    record Unreadable(ConfigProblem problem) implements Result {}

    private final String name;
    private final SettingRegistry registry;
    private final Iterator<Event> events;
    private final List<Entry> entries = new ArrayList<>();

    private YamlFile(String name, SettingRegistry registry, Iterator<Event> events) {
        this.name = name;
        this.registry = registry;
        this.events = events;
    }

    static Result read(Path path, SettingRegistry registry) {
        String name = String.valueOf(path.getFileName());
        try {
            if (Files.size(path) > BYTES_MAX) {
                return unreadable(path.toString(), "larger than 1 MiB: not a configuration file");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(path)))
                    .toString();
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(name)
                    .setCodePointLimit(BYTES_MAX)
                    .setUseMarks(true)
                    .build();
            Iterator<Event> events = new Parse(settings).parseString(text).iterator();
            return new YamlFile(name, registry, events).document();
        } catch (NoSuchFileException e) {
            return unreadable("", "there is no file " + path);
        } catch (CharacterCodingException e) {
            return unreadable(path.toString(), "not a text file in UTF-8");
        } catch (IOException e) {
            return unreadable(path.toString(), "cannot be read: " + e.getMessage());
        } catch (MarkedYamlEngineException e) {
            String line =
                    e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
            return unreadable(name + line, "not YAML: " + firstLine(e.getProblem()));
        } catch (YamlEngineException e) {
            return unreadable(name, "not YAML: " + firstLine(e.getMessage()));
        } catch (Stop stop) {
            return new Unreadable(stop.problem);
        }
    }

    private Result document() {
        int documents = 0;
        while (events.hasNext()) {
            Event event = events.next();
            switch (event) {
                case DocumentStartEvent _ -> {
                    if (++documents > 1) {
                        throw stop(event, "more than one document");
                    }
                }
                case MappingStartEvent _ -> mapping("", 1);
                case ScalarEvent scalar when isNull(scalar) -> {}
                case ScalarEvent _, SequenceStartEvent _ ->
                    throw stop(event, "expected keys and values");
                case AliasEvent _ -> throw stop(event, "aliases are not used here");
                case Event _ -> {}
            }
        }
        return new Content(entries);
    }

    private void mapping(String prefix, int depth) {
        while (true) {
            Event event = events.next();
            if (event instanceof MappingEndEvent) {
                return;
            }
            if (!(event instanceof ScalarEvent keyEvent) || keyEvent.getValue().isBlank()) {
                throw stop(event, "expected a key");
            }
            if (depth > DEPTH_MAX || entries.size() >= KEYS_MAX) {
                throw stop(event, "too many keys or too deep");
            }
            String key =
                    prefix.isEmpty() ? keyEvent.getValue() : prefix + "." + keyEvent.getValue();
            value(key, where(keyEvent), depth);
        }
    }

    private void value(String key, String where, int depth) {
        Event event = events.next();
        switch (event) {
            case ScalarEvent scalar -> {
                Raw raw = isNull(scalar) ? new Raw.Null() : new Raw.Text(scalar.getValue());
                boolean emptySection = raw instanceof Raw.Null
                        && registry.find(key).isEmpty()
                        && registry.isSection(key);
                if (!emptySection) {
                    entries.add(new Entry(key, raw, where));
                }
            }
            case SequenceStartEvent _ -> entries.add(new Entry(key, sequence(), where));
            case MappingStartEvent _
            when registry.find(key).isPresent() -> {
                skipMapping();
                entries.add(new Entry(key, new Raw.Other("keys inside it"), where));
            }
            case MappingStartEvent _
            when !registry.isSection(key) -> {
                skipMapping();
                entries.add(new Entry(key, new Raw.Other("keys inside it"), where));
            }
            case MappingStartEvent _ -> mapping(key, depth + 1);
            case AliasEvent _ -> throw stop(event, "aliases are not used here");
            case Event _ -> throw stop(event, "expected a value");
        }
    }

    private Raw sequence() {
        List<String> items = new ArrayList<>();
        boolean plain = true;
        for (int depth = 1; depth > 0; ) {
            Event event = events.next();
            switch (event) {
                case SequenceEndEvent _ -> depth--;
                case MappingEndEvent _ -> depth--;
                case SequenceStartEvent _ -> {
                    depth++;
                    plain = false;
                }
                case MappingStartEvent _ -> {
                    depth++;
                    plain = false;
                }
                case AliasEvent _ -> throw stop(event, "aliases are not used here");
                case ScalarEvent scalar -> items.add(scalar.getValue());
                case Event _ -> throw stop(event, "expected an item");
            }
            if (depth > DEPTH_MAX || items.size() > KEYS_MAX) {
                throw stop(event, "too many items or too deep");
            }
        }
        return plain ? new Raw.Items(items) : new Raw.Other("a list of lists or of keys");
    }

    private void skipMapping() {
        int depth = 1;
        for (int count = 0; depth > 0; count++) {
            Event event = events.next();
            if (event instanceof MappingStartEvent || event instanceof SequenceStartEvent) {
                depth++;
            } else if (event instanceof MappingEndEvent || event instanceof SequenceEndEvent) {
                depth--;
            }
            if (depth > DEPTH_MAX || count > KEYS_MAX) {
                throw stop(event, "too many keys or too deep");
            }
        }
    }

    private static boolean isNull(ScalarEvent scalar) {
        String text = scalar.getValue();
        return scalar.getScalarStyle() == ScalarStyle.PLAIN
                && (text.isEmpty() || text.equals("null") || text.equals("~"));
    }

    private String where(Event event) {
        return event.getStartMark()
                .map(mark -> name + ":" + (mark.getLine() + 1))
                .orElse(name);
    }

    private Stop stop(Event event, String message) {
        return new Stop(new ConfigProblem(where(event), message));
    }

    private static Unreadable unreadable(String where, String message) {
        return new Unreadable(new ConfigProblem(where, message));
    }

    private static String firstLine(String text) {
        return String.valueOf(text).lines().findFirst().orElse("");
    }

    /// Ends the reading; never leaves this class.
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient ConfigProblem problem;

        Stop(ConfigProblem problem) {
            super(null, null, false, false);
            this.problem = problem;
        }
    }
}
