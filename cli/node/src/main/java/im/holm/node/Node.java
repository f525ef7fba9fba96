package im.holm.node;

import im.holm.journal.Committer;
import im.holm.platform.config.Config;
import im.holm.platform.config.SettingRegistry;
import im.holm.platform.config.Settings;
import im.holm.platform.health.Health;
import im.holm.protocol.id.ServerName;
import im.holm.slice.Slice;
import im.holm.slice.assembly.Ledger;
import im.holm.slice.assembly.Listeners;
import im.holm.slice.assembly.StartRefused;
import im.holm.slice.assembly.Teardown;

import java.util.List;
import java.util.Optional;

/// One homeserver in operation.
public final class Node {

    private final Config config;
    private final ServerName serverName;
    private final List<Slice> slices;
    private final Committer journal;
    private final Listeners listeners;
    private final Health health;
    private final Teardown teardown;
    private final List<String> startLines;

    Node(
            Config config,
            ServerName serverName,
            List<Slice> slices,
            Committer journal,
            Listeners listeners,
            Health health,
            Teardown teardown,
            List<String> startLines) {
        this.config = config;
        this.serverName = serverName;
        this.slices = slices;
        this.journal = journal;
        this.listeners = listeners;
        this.health = health;
        this.teardown = teardown;
        this.startLines = List.copyOf(startLines);
    }

    /// Every setting that a configuration may have.
    public static SettingRegistry settings() {
        return Composition.settings();
    }

    /// Starts a node. Blocks until it is ready, or cannot be.
    public static StartOutcome start(Config config) throws InterruptedException {
        var teardown = new Teardown();
        boolean running = false;
        try {
            Node node = new NodeStart(config, teardown).start();
            running = true;
            return new StartOutcome.Running(node);
        } catch (StartRefused refused) {
            return new StartOutcome.Refused(refused.getMessage());
        } finally {
            if (!running) {
                teardown.close();
            }
        }
    }

    public ServerName serverName() {
        return serverName;
    }

    public String region() {
        return config.get(Settings.REGION);
    }

    /// Its open ports.
    public Listeners listeners() {
        return listeners;
    }

    /// What an operator should read once it runs.
    public List<String> startLines() {
        return startLines;
    }

    /// What it serves, as `docs/endpoints.md`.
    public String endpointLedger() {
        return new Ledger(slices).markdown();
    }

    /// Waits until this node can write nothing any more: it was stopped, or it never will again
    /// and is best ended, so that whoever watches over the process starts it anew.
    ///
    /// @return one line that says why; empty if it was stopped
    public Optional<String> awaitEnd() throws InterruptedException {
        return switch (journal.awaitEnd()) {
            case STOPPED -> Optional.empty();
            case SLOT_LOST -> Optional.of("another process has taken over this database");
            case FAILED -> Optional.of("the journal has failed; the log says where");
            case ACCEPTING, DATABASE_DOWN ->
                throw new IllegalStateException("a journal that has ended is open");
        };
    }

    /// Takes nothing new, finishes what was begun, makes durable what was accepted, and closes.
    public void stop() {
        health.phase(Health.Phase.STOPPING);
        teardown.close();
    }
}
