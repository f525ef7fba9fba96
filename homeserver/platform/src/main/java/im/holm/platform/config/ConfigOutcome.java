package im.holm.platform.config;

import java.util.List;

/// What came of reading the configuration.
public sealed interface ConfigOutcome {
    record Loaded(Config config) implements ConfigOutcome {}

    /// Every problem that was found, not only the first.
    record Rejected(List<ConfigProblem> problems) implements ConfigOutcome {}
}
