package im.holm.platform.health;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Whether the node can do its work: it has started, does not stop, and every check is right.
public final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    private final List<Check> checks;
    private volatile Phase phase = Phase.STARTING;

    public enum Phase {
        STARTING,
        RUNNING,
        STOPPING
    }

    public Health(List<Check> checks) {
        this.checks = List.copyOf(checks);
    }

    public void phase(Phase next) {
        phase = next;
    }

    public Phase phase() {
        return phase;
    }

    /// What is wrong, by the check's name; empty when the node is ready.
    public Map<String, String> problems() {
        Map<String, String> problems = new TreeMap<>();
        if (phase != Phase.RUNNING) {
            problems.put("phase", phase.name().toLowerCase(java.util.Locale.ROOT));
        }
        for (Check check : checks) {
            problem(check).ifPresent(problem -> problems.put(check.name(), problem));
        }
        return problems;
    }

    public List<String> checkNames() {
        List<String> names = new ArrayList<>();
        checks.forEach(check -> names.add(check.name()));
        return names;
    }

    private static Optional<String> problem(Check check) {
        try {
            return check.probe().problem();
        } catch (RuntimeException e) {
            LOG.warn("The health check {} failed", check.name(), e);
            return Optional.of("the check itself failed");
        }
    }
}
