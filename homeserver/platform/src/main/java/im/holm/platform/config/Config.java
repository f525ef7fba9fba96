package im.holm.platform.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The effective configuration: every setting has a value.
public final class Config {
    /// @param where `default`, `environment`, or the place in the file
    record Entry(Object value, String where) {}

    private final SettingRegistry registry;
    private final Map<Setting<?>, Entry> entries;

    Config(SettingRegistry registry, Map<Setting<?>, Entry> entries) {
        this.registry = registry;
        this.entries = Map.copyOf(entries);
    }

    /// The value of a setting; a setting that is not in the registry is a bug.
    @SuppressWarnings("unchecked")
    public <T> T get(Setting<T> setting) {
        Entry entry = entries.get(setting);
        if (entry == null) {
            throw new IllegalArgumentException("not registered: " + setting.key());
        }
        return (T) entry.value();
    }

    /// Whether somebody set it.
    public boolean isSet(Setting<?> setting) {
        Entry entry = entries.get(setting);
        return entry != null && !entry.where().equals(ConfigLoader.DEFAULT);
    }

    /// Every key with its value, secrets hidden, and where the value comes from: what `holm
    /// config` prints.
    public List<Line> effective() {
        List<Line> lines = new ArrayList<>();
        for (Setting<?> setting : registry.all()) {
            lines.add(line(setting));
        }
        return lines;
    }

    private <T> Line line(Setting<T> setting) {
        T value = get(setting);
        boolean absent = value instanceof Optional<?> optional && optional.isEmpty();
        String shown =
                setting.secret() && !absent ? "(hidden)" : setting.kind().show().apply(value);
        return new Line(setting.key(), shown, entries.get(setting).where(), setting.description());
    }

    /// One line of the effective configuration.
    public record Line(String key, String value, String source, String description) {}
}
