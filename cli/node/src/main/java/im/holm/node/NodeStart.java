package im.holm.node;

import im.holm.federation.FederationClient;
import im.holm.federation.FederationOptions;
import im.holm.journal.Committer;
import im.holm.journal.JournalHealth;
import im.holm.platform.cache.Caches;
import im.holm.platform.config.Config;
import im.holm.platform.config.Settings;
import im.holm.platform.db.Database;
import im.holm.platform.egress.DenyList;
import im.holm.platform.egress.Egress;
import im.holm.platform.egress.EgressOptions;
import im.holm.platform.egress.EgressPolicy;
import im.holm.platform.egress.SocketEgress;
import im.holm.platform.egress.SystemResolver;
import im.holm.platform.health.Check;
import im.holm.platform.health.Health;
import im.holm.platform.metrics.Metrics;
import im.holm.platform.time.Time;
import im.holm.platform.tls.PemFiles;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.signing.Signer;
import im.holm.slice.Kernel;
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

import java.util.List;
import java.util.Optional;

/// The steps of a start, in their order. Each opens one thing and remembers how to close it.
final class NodeStart {

    private final Config config;
    private final Teardown teardown;
    private final Time time = Time.system();
    private final Metrics metrics = new Metrics();

    NodeStart(Config config, Teardown teardown) {
        this.config = config;
        this.teardown = teardown;
    }

    Node start() throws StartRefused, InterruptedException {
        teardown.add("metrics", metrics.withJvm());
        var steps = new StartSteps(config, time, metrics, teardown);
        Signer signer = steps.signer();
        var storage = new StorageStart(config, metrics, teardown);
        Database database = storage.open();
        var caches = Caches.ofHeap(metrics.registry());
        var identities = new PostgresIdentities(database, signer.server(), caches);
        checkOwner(identities, signer.server());
        Committer journal = steps.journal(new PostgresJournalStore(database));
        Egress egress = egress();
        var remote = new FederationClient(
                signer,
                egress,
                teardown.add("resolver", new SystemResolver()),
                database,
                time,
                FederationOptions.of(config, List.of()));
        Kernel kernel = new Foundation(
                        config,
                        time,
                        database,
                        journal,
                        new PostgresRoomStore(database, identities, time),
                        identities,
                        signer,
                        remote,
                        remote,
                        caches,
                        metrics)
                .kernel();
        var composition = new Composition(kernel, remote, teardown);
        steps.work(composition.slices(), journal, new PostgresFollowerCursors(database));
        Health health = new Health(checks(database, journal));
        Listeners listeners = listen(composition, health);
        teardown.add("drain", listeners);
        health.phase(Health.Phase.RUNNING);
        return new Node(
                config,
                signer.server(),
                composition.slices(),
                journal,
                listeners,
                health,
                teardown,
                new StartLines(config, listeners, storage.unsafe()).all());
    }

    /// User ids are in every event for ever: a server cannot take another name.
    private static void checkOwner(PostgresIdentities identities, ServerName ourselves)
            throws StartRefused {
        Optional<ServerName> owner = identities.owner();
        if (owner.isPresent() && !owner.get().equals(ourselves)) {
            throw new StartRefused("this data belongs to the server " + owner.get()
                    + ": server_name cannot become " + ourselves);
        }
    }

    private Egress egress() throws StartRefused {
        DenyList deny = DenyList.parse(config.get(Settings.FEDERATION_DENY_ADDRESSES))
                .orElseThrow(() -> new StartRefused("federation.deny_addresses is not readable"));
        var options = EgressOptions.of(deny, config.get(Settings.FEDERATION_TRUSTED_CA));
        var resolver = teardown.add("egress resolver", new SystemResolver());
        return switch (SocketEgress.open(options, EgressPolicy.ALLOW_ALL, resolver, metrics)) {
            case SocketEgress.Opening.Open(SocketEgress egress) -> teardown.add("egress", egress);
            case SocketEgress.Opening.Unusable(String reason) ->
                throw new StartRefused("federation.trusted_ca: " + reason);
        };
    }

    private List<Check> checks(Database database, Committer journal) {
        return List.of(
                new Check(
                        "database",
                        () -> database.answers(1)
                                ? Optional.empty()
                                : Optional.of("it does not answer")),
                new Check(
                        "journal",
                        () -> journal.health() == JournalHealth.ACCEPTING
                                ? Optional.empty()
                                : Optional.of("it accepts no writes: " + journal.health())));
    }

    private Listeners listen(Composition composition, Health health) throws StartRefused {
        PemFiles federationTls = FederationTls.files(config, time);
        return Listeners.open(
                config,
                new Faces(composition.slices()),
                composition.originCheck(),
                Optional.of(federationTls),
                health,
                metrics,
                teardown);
    }
}
