package im.holm.platform.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Puts the configuration together: environment before file before defaults.
///
/// Every problem is found, not only the first; nothing is thrown for what a person wrote.
public final class ConfigLoader {
    static final String DEFAULT = "default";

    /// Variables of the scripts, which are no settings.
    private static final Set<String> NOT_SETTINGS = Set.of(
            "HOLM_CONFIG",
            "HOLM_DEBUG",
            "HOLM_HEAP",
            "HOLM_HOME",
            "HOLM_JAVA_OPTS",
            "HOLM_TEST_THREADS");

    private static final int HINT_DISTANCE_MAX = 3;

    private final SettingRegistry registry;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private boolean fileUnreadable;
    private final Map<Setting<?>, Config.Entry> entries = new LinkedHashMap<>();

    private ConfigLoader(SettingRegistry registry) {
        this.registry = registry;
    }

    public static ConfigOutcome load(
            SettingRegistry registry, Optional<Path> file, Map<String, String> environment) {
        ConfigLoader loader = new ConfigLoader(registry);
        Map<String, YamlFile.Entry> written = new HashMap<>();
        file.ifPresent(path -> loader.readFile(path, written));
        if (loader.fileUnreadable) {
            return new ConfigOutcome.Rejected(List.copyOf(loader.problems));
        }
        loader.checkEnvironment(environment);
        for (Setting<?> setting : registry.all()) {
            loader.settle(setting, written, environment);
        }
        loader.checkPairs();
        return loader.problems.isEmpty()
                ? new ConfigOutcome.Loaded(new Config(registry, loader.entries))
                : new ConfigOutcome.Rejected(List.copyOf(loader.problems));
    }

    private void readFile(Path path, Map<String, YamlFile.Entry> written) {
        switch (YamlFile.read(path, registry)) {
            case YamlFile.Unreadable(ConfigProblem problem) -> {
                problems.add(problem);
                fileUnreadable = true;
            }
            case YamlFile.Content(List<YamlFile.Entry> found) -> {
                for (YamlFile.Entry entry : found) {
                    if (registry.find(entry.key()).isEmpty()) {
                        problems.add(
                                unknown(entry.where(), "unknown key " + entry.key(), entry.key()));
                    } else if (written.put(entry.key(), entry) != null) {
                        problems.add(
                                new ConfigProblem(entry.where(), entry.key() + " is set twice"));
                    }
                }
            }
        }
    }

    private void checkEnvironment(Map<String, String> environment) {
        Map<String, Setting<?>> names = new HashMap<>();
        registry.all().forEach(setting -> names.put(setting.environmentName(), setting));
        environment.keySet().stream()
                .filter(name -> name.startsWith("HOLM_")
                        && !names.containsKey(name)
                        && !NOT_SETTINGS.contains(name))
                .sorted()
                .forEach(name -> problems.add(new ConfigProblem(
                        name, "unknown setting in the environment" + hint(name, names.keySet()))));
    }

    private <T> void settle(
            Setting<T> setting,
            Map<String, YamlFile.Entry> written,
            Map<String, String> environment) {
        String variable = environment.get(setting.environmentName());
        YamlFile.Entry entry = written.get(setting.key());
        if (variable != null) {
            Raw raw = variable.equals("null") ? new Raw.Null() : new Raw.Text(variable);
            take(setting, raw, "environment", setting.environmentName());
        } else if (entry != null) {
            take(setting, entry.value(), entry.where(), entry.where());
        } else {
            switch (setting.fallback()) {
                case Setting.Fallback.Value<T>(T value) ->
                    entries.put(setting, new Config.Entry(value, DEFAULT));
                case Setting.Fallback.Same<T>(Setting<T> other) -> {
                    Config.Entry same = entries.get(other);
                    if (same != null) {
                        entries.put(setting, new Config.Entry(same.value(), DEFAULT));
                    }
                }
                case Setting.Fallback.Required<T> _ ->
                    problems.add(new ConfigProblem(
                            "",
                            "missing required key " + setting.key() + " (or "
                                    + setting.environmentName() + "): "
                                    + setting.kind().expected()));
            }
        }
    }

    private <T> void take(Setting<T> setting, Raw raw, String source, String where) {
        Optional<T> value = setting.kind().read().apply(raw);
        if (value.isPresent()) {
            entries.put(setting, new Config.Entry(value.get(), source));
            return;
        }
        String found = switch (raw) {
            case Raw.Text(String text) -> setting.secret() ? "something else" : quoted(text);
            case Raw.Items _ -> "a list with something else in it";
            case Raw.Null _ -> "null";
            case Raw.Other(String what) -> what;
        };
        problems.add(new ConfigProblem(
                where,
                setting.key() + ": expected " + setting.kind().expected() + ", found " + found));
    }

    /// A certificate without its key, or the other way round, serves nobody.
    private void checkPairs() {
        pair(Settings.CLIENT_TLS_CERTIFICATE, Settings.CLIENT_TLS_KEY);
        pair(Settings.FEDERATION_TLS_CERTIFICATE, Settings.FEDERATION_TLS_KEY);
    }

    private void pair(Setting<?> one, Setting<?> other) {
        Config.Entry first = entries.get(one);
        Config.Entry second = entries.get(other);
        if (first == null || second == null || first.value() == null) {
            return;
        }
        boolean firstGiven = first.value() instanceof Optional<?> value && value.isPresent();
        boolean secondGiven = second.value() instanceof Optional<?> value && value.isPresent();
        if (firstGiven != secondGiven) {
            problems.add(new ConfigProblem(
                    firstGiven ? first.where() : second.where(),
                    one.key() + " and " + other.key() + " belong together: set both or neither"));
        }
    }

    private ConfigProblem unknown(String where, String message, String key) {
        return new ConfigProblem(
                where,
                message + hint(key, registry.all().stream().map(Setting::key).toList()));
    }

    private static String hint(String name, Iterable<String> known) {
        List<String> near = new ArrayList<>();
        for (String candidate : known) {
            if (EditDistance.between(name, candidate) <= HINT_DISTANCE_MAX) {
                near.add(candidate);
            }
        }
        return near.stream()
                .min(Comparator.<String>comparingInt(
                                candidate -> EditDistance.between(name, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .map(candidate -> "; did you mean " + candidate + "?")
                .orElse("");
    }

    private static String quoted(String text) {
        String line = text.lines().findFirst().orElse("");
        return "\"" + (line.length() > 60 ? line.substring(0, 60) + "..." : line) + "\"";
    }
}
