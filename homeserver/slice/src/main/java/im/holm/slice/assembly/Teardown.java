package im.holm.slice.assembly;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Deque;

/// What was opened, to be closed newest first: at the end, or when a start is given up halfway.
public final class Teardown implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Teardown.class);

    private final Deque<Step> steps = new ArrayDeque<>();

    /// Remembers `part`, and gives it back.
    public synchronized <T extends AutoCloseable> T add(String name, T part) {
        steps.push(new Step(name, part));
        return part;
    }

    /// Closes everything once; what fails is logged and does not keep the rest open.
    @Override
    public synchronized void close() {
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            try {
                step.part().close();
            } catch (Exception e) {
                LOG.warn("closing {} failed", step.name(), e);
            }
        }
    }

    private record Step(String name, AutoCloseable part) {}
}
