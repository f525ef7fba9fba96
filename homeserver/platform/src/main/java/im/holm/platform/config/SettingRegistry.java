package im.holm.platform.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// All settings of a node: those of [Settings] and those that slices bring.
public final class SettingRegistry {
    private final Map<String, Setting<?>> byKey = new LinkedHashMap<>();

    private SettingRegistry(Collection<Setting<?>> settings) {
        Set<String> environmentNames = new HashSet<>();
        for (Setting<?> setting : settings) {
            if (byKey.put(setting.key(), setting) != null
                    || !environmentNames.add(setting.environmentName())) {
                throw new IllegalArgumentException("two settings are called " + setting.key());
            }
        }
        for (String key : byKey.keySet()) {
            for (int dot = key.lastIndexOf('.'); dot > 0; dot = key.lastIndexOf('.', dot - 1)) {
                if (byKey.containsKey(key.substring(0, dot))) {
                    throw new IllegalArgumentException(key + " lies inside another setting");
                }
            }
        }
    }

    /// The settings of the node itself.
    public static SettingRegistry standard() {
        return new SettingRegistry(Settings.all());
    }

    /// These and more. Throws [IllegalArgumentException] when two share a key or an environment
    /// variable.
    public SettingRegistry with(List<Setting<?>> more) {
        List<Setting<?>> all = new ArrayList<>(byKey.values());
        all.addAll(more);
        return new SettingRegistry(all);
    }

    public List<Setting<?>> all() {
        return List.copyOf(byKey.values());
    }

    Optional<Setting<?>> find(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /// Whether keys begin with this part and a dot.
    boolean isSection(String prefix) {
        return byKey.keySet().stream().anyMatch(key -> key.startsWith(prefix + "."));
    }
}
