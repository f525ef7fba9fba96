package im.holm.cli;

import im.holm.cli.demo.Demo;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/// Stops the demo's servers and deletes what was only for it; once, whoever asks first.
final class DemoEnd implements AutoCloseable {

    private final Demo demo;
    private final Path dir;
    private final boolean temporary;
    private final AtomicBoolean closed = new AtomicBoolean();

    DemoEnd(Demo demo, Path dir, boolean temporary) {
        this.demo = demo;
        this.dir = dir;
        this.temporary = temporary;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        demo.close();
        if (temporary) {
            TemporaryFolder.delete(dir);
        }
    }
}
