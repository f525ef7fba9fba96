package im.holm.testnode;

import im.holm.engine.port.RemoteMembership;
import im.holm.engine.port.RemoteRooms;
import im.holm.journal.Committer;
import im.holm.platform.cache.Caches;
import im.holm.platform.config.Config;
import im.holm.platform.config.ConfigLoader;
import im.holm.platform.config.ConfigOutcome;
import im.holm.platform.config.Setting;
import im.holm.platform.config.SettingRegistry;
import im.holm.platform.db.Database;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.health.Health;
import im.holm.platform.metrics.Metrics;
import im.holm.platform.tls.PemFiles;
import im.holm.protocol.signing.Signer;
import im.holm.slice.Kernel;
import im.holm.slice.OriginCheck;
import im.holm.slice.Slice;
import im.holm.slice.assembly.Faces;
import im.holm.slice.assembly.Foundation;
import im.holm.slice.assembly.Listeners;
import im.holm.slice.assembly.StartRefused;
import im.holm.slice.assembly.StartSteps;
import im.holm.slice.assembly.Teardown;
import im.holm.store.PostgresFollowerCursors;
import im.holm.store.PostgresIdentities;
import im.holm.store.PostgresJournalStore;
import im.holm.store.PostgresRoomStore;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A node of chosen slices on a fresh database, with real listeners on free ports of loopback.
public final class TestNode implements AutoCloseable {

    private final Kernel kernel;
    private final Listeners listeners;
    private final Teardown teardown;

    private TestNode(Kernel kernel, Listeners listeners, Teardown teardown) {
        this.kernel = kernel;
        this.listeners = listeners;
        this.teardown = teardown;
    }

    /// What a node is made of.
    ///
    /// @param dir its data directory; give the same one and the same database for a restart
    /// @param environment settings as environment variables, over the usual ones of a test
    /// @param settings that slices bring
    public record Plan(
            Path dir,
            TestDatabase database,
            InstantSource time,
            Map<String, String> environment,
            List<Setting<?>> settings) {

        public Plan {
            environment = Map.copyOf(environment);
            settings = List.copyOf(settings);
        }

        public static Plan of(Path dir, TestDatabase database) {
            return new Plan(dir, database, InstantSource.system(), Map.of(), List.of());
        }

        public Plan with(String variable, String value) {
            var more = new HashMap<>(environment);
            more.put(variable, value);
            return new Plan(dir, database, time, more, settings);
        }

        public Plan withTime(InstantSource other) {
            return new Plan(dir, database, other, environment, settings);
        }

        public Plan withSettings(List<Setting<?>> more) {
            return new Plan(dir, database, time, environment, more);
        }
    }

    /// The slices of a node, and who makes a federation request.
    public record Parts(List<Slice> slices, OriginCheck originCheck, Optional<PemFiles> tls) {

        /// Without federation.
        public static Parts of(Slice... slices) {
            return new Parts(
                    List.of(slices),
                    request -> new OriginCheck.Origin.Refused(Problem.of(ErrorCode.UNAUTHORIZED)),
                    Optional.empty());
        }
    }

    /// Makes a node's slices.
    public interface Composing {
        Parts compose(Kernel kernel);
    }

    /// Makes a node's way to other servers, before there is an engine.
    public interface Remoting<R extends RemoteRooms & RemoteMembership> {
        R open(Signer signer, Database database, Config config, Teardown teardown);
    }

    /// A node that is alone in the world.
    public static TestNode start(Plan plan, Composing composing) {
        return start(
                plan,
                (signer, database, config, teardown) -> new Alone(),
                (kernel, remote) -> composing.compose(kernel));
    }

    /// Makes a node's slices, with its way to other servers.
    public interface RemoteComposing<R> {
        Parts compose(Kernel kernel, R remote);
    }

    /// A node that can talk to other servers.
    public static <R extends RemoteRooms & RemoteMembership> TestNode start(
            Plan plan, Remoting<R> remoting, RemoteComposing<R> composing) {
        var teardown = new Teardown();
        try {
            return new Starting<>(plan, teardown, remoting, composing).start();
        } catch (StartRefused | InterruptedException e) {
            teardown.close();
            throw new IllegalStateException(e);
        } catch (RuntimeException e) {
            teardown.close();
            throw e;
        }
    }

    public Kernel kernel() {
        return kernel;
    }

    /// Where the Matrix client API and the Messenger API are.
    public URI clientUrl() {
        return URI.create("http://127.0.0.1:" + listeners.clientPort());
    }

    public URI gatewayUrl() {
        return URI.create("ws://127.0.0.1:" + listeners.gatewayPort());
    }

    public URI managementUrl() {
        return URI.create("http://127.0.0.1:" + listeners.managementPort());
    }

    public int federationPort() {
        return listeners.federationPort();
    }

    /// Stops the node; its database and directory stay for the next start.
    @Override
    public void close() {
        teardown.close();
    }

    private record Starting<R extends RemoteRooms & RemoteMembership>(
            Plan plan, Teardown teardown, Remoting<R> remoting, RemoteComposing<R> composing) {

        TestNode start() throws StartRefused, InterruptedException {
            var metrics = teardown.add("metrics", new Metrics());
            Config config = config();
            Database database = plan.database().database();
            var steps = new StartSteps(config, plan.time(), metrics, teardown);
            Signer signer = steps.signer();
            var caches = Caches.ofHeap(metrics.registry());
            var identities = new PostgresIdentities(database, signer.server(), caches);
            Committer journal = steps.journal(new PostgresJournalStore(database));
            R remote = remoting.open(signer, database, config, teardown);
            Kernel kernel = new Foundation(
                            config,
                            plan.time(),
                            database,
                            journal,
                            new PostgresRoomStore(database, identities, plan.time()),
                            identities,
                            signer,
                            remote,
                            remote,
                            caches,
                            metrics)
                    .kernel();
            Parts parts = composing.compose(kernel, remote);
            steps.work(parts.slices(), journal, new PostgresFollowerCursors(database));
            var health = new Health(List.of());
            var listeners = Listeners.open(
                    config,
                    new Faces(parts.slices()),
                    parts.originCheck(),
                    parts.tls(),
                    health,
                    metrics,
                    teardown);
            teardown.add("drain", listeners);
            health.phase(Health.Phase.RUNNING);
            return new TestNode(kernel, listeners, teardown);
        }

        private Config config() {
            var environment = new HashMap<>(Map.of(
                    "HOLM_SERVER_NAME", "test.example",
                    "HOLM_CLIENT_PORT", "0",
                    "HOLM_GATEWAY_PORT", "0",
                    "HOLM_FEDERATION_PORT", "0",
                    "HOLM_MANAGEMENT_PORT", "0",
                    "HOLM_REGISTRATION_MODE", "open",
                    "HOLM_RATE_LIMITS", "false",
                    "HOLM_DATABASE_DURABILITY", "unsafe",
                    "HOLM_DATA_DIR", plan.dir().toString()));
            environment.putAll(plan.environment());
            var registry = SettingRegistry.standard().with(plan.settings());
            return switch (ConfigLoader.load(registry, Optional.empty(), environment)) {
                case ConfigOutcome.Loaded(Config config) -> config;
                case ConfigOutcome.Rejected(var problems) ->
                    throw new IllegalArgumentException(problems.toString());
            };
        }
    }
}
