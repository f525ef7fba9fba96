package im.holm.federation;

import im.holm.federation.keys.KeyRoutes;
import im.holm.federation.keys.ServerKeyTable;
import im.holm.federation.sending.KeptEduTable;
import im.holm.federation.sending.RelayedEvents;
import im.holm.federation.sending.Sender;
import im.holm.federation.sending.SenderTable;
import im.holm.federation.serving.InviteRoutes;
import im.holm.federation.serving.MembershipRoutes;
import im.holm.federation.serving.QueryRoutes;
import im.holm.federation.serving.RoomRoutes;
import im.holm.federation.serving.TransactionRoute;
import im.holm.federation.serving.TransactionTable;
import im.holm.federation.xmatrix.RequestVerification;
import im.holm.platform.db.DoctorCheck;
import im.holm.platform.egress.EgressClass;
import im.holm.platform.jobs.Job;
import im.holm.protocol.id.UserId;
import im.holm.slice.AliasSource;
import im.holm.slice.EduOutbox;
import im.holm.slice.EduType;
import im.holm.slice.FederationRoute;
import im.holm.slice.Kernel;
import im.holm.slice.OriginCheck;
import im.holm.slice.Slice;
import im.holm.slice.Table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// What other servers ask of this one, and the sending of our events to them.
public final class FederationFeature implements AutoCloseable {
    /// Its migrations lie in `db/federation`.
    public static final String NAME = "federation";

    private static final Duration FIRST_FLUSH = Duration.ofMillis(100);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
    private static final Duration RETRY_EVERY = Duration.ofMinutes(1);
    /// A server that was away for so long gets device lists and keys anew anyway.
    private static final Duration EDUS_KEPT = Duration.ofDays(30);

    private static final Duration PRUNE_EVERY = Duration.ofHours(1);

    /// By then the listeners are open.
    private static final Duration FIRST_GREETING = Duration.ofSeconds(2);

    private static final Duration GREET_EVERY = Duration.ofDays(1);

    private final Kernel kernel;
    private final FederationClient client;
    private final Supplier<List<EduType>> edus;
    private final AliasSource aliases;
    private final Predicate<UserId> residents;
    private final OriginCheck originCheck;
    private final SenderTable senderTable;
    private final KeptEduTable keptEdus;
    private final TransactionTable transactionTable;
    private final RelayedEvents relayed;
    private final Sender sender;

    /// @param edus of all slices; asked for with each transaction
    /// @param residents who has an account here
    public FederationFeature(
            Kernel kernel,
            FederationClient client,
            Supplier<List<EduType>> edus,
            AliasSource aliases,
            Predicate<UserId> residents) {
        this.kernel = kernel;
        this.client = client;
        this.edus = edus;
        this.aliases = aliases;
        this.residents = residents;
        this.originCheck = new RequestVerification(
                kernel.serverName(), client.keys(), kernel.time(), client.health()::succeeded);
        this.senderTable = new SenderTable(kernel.database(), kernel.time());
        this.keptEdus = new KeptEduTable(kernel.database());
        this.transactionTable = new TransactionTable(kernel.database(), kernel.time());
        this.relayed = new RelayedEvents(senderTable);
        this.sender = new Sender(
                kernel.serverName(),
                kernel.journal(),
                kernel.archive(),
                client.calls(),
                client.health(),
                senderTable,
                keptEdus,
                relayed,
                client.keys()::newest,
                kernel.time(),
                kernel.metrics().registry());
    }

    /// Who makes a federation request.
    public OriginCheck originCheck() {
        return originCheck;
    }

    /// Ephemeral units on their way to other servers.
    public EduOutbox outbox() {
        return sender;
    }

    /// The invariants of its tables, for `holm doctor`.
    public static List<DoctorCheck> checks() {
        return FederationChecks.all();
    }

    public Slice slice() {
        List<Table> tables = new ArrayList<>(ServerKeyTable.TABLES);
        tables.addAll(SenderTable.TABLES);
        tables.addAll(KeptEduTable.TABLES);
        tables.add(TransactionTable.TABLE);
        QueryRoutes queries =
                new QueryRoutes(kernel.serverName(), aliases, client.options().delegate());
        return Slice.named(NAME)
                .withClientRoutes(queries.clientRoutes())
                .withFederationRoutes(federationRoutes(queries))
                .withFollowers(List.of(sender.follower()))
                .withJobs(jobs())
                .withEgress(List.of(EgressClass.FEDERATION))
                .withChecks(checks())
                .withTables(tables)
                .withSettings(FederationSettings.all());
    }

    private List<FederationRoute> federationRoutes(QueryRoutes queries) {
        List<FederationRoute> routes = new ArrayList<>();
        routes.addAll(new KeyRoutes(client.ownKeys(), client.keys(), kernel.time()).routes());
        routes.addAll(queries.routes());
        routes.add(new TransactionRoute(kernel.inbound(), kernel.rooms(), transactionTable, edus)
                .route());
        routes.addAll(new MembershipRoutes(kernel.inbound(), relayed).routes());
        routes.addAll(new InviteRoutes(kernel.inbound(), residents).routes());
        routes.addAll(
                new RoomRoutes(kernel.serverName(), kernel.archive(), kernel.time()).routes());
        return routes;
    }

    private List<Job> jobs() {
        return List.of(
                new Job(
                        "federation-flush",
                        Duration.ofMillis(Sender.FLUSH_EVERY_MS),
                        FIRST_FLUSH,
                        sender::flush),
                new Job(
                        "federation-waiting",
                        RETRY_EVERY,
                        FIRST_RETRY,
                        () -> kernel.inbound().retryWaiting()),
                new Job("federation-greet", GREET_EVERY, FIRST_GREETING, sender::greet),
                Job.every("federation-prune", PRUNE_EVERY, () -> {
                    transactionTable.prune();
                    senderTable.prune();
                    keptEdus.prune(kernel.time().millis() - EDUS_KEPT.toMillis());
                }));
    }

    /// Stops sending and keeps how far it got. After the listeners, before journal and
    /// database.
    @Override
    public void close() {
        sender.close();
    }
}
