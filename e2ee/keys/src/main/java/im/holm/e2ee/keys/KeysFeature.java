package im.holm.e2ee.keys;

import im.holm.platform.db.DoctorCheck;
import im.holm.platform.jobs.Job;
import im.holm.slice.ClientRoute;
import im.holm.slice.DeviceSource;
import im.holm.slice.EduOutbox;
import im.holm.slice.EduType;
import im.holm.slice.Kernel;
import im.holm.slice.Reauthentication;
import im.holm.slice.Servers;
import im.holm.slice.Slice;
import im.holm.slice.Table;
import im.holm.slice.UserSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// End-to-end encryption as far as a server takes part in it.
public final class KeysFeature {

    /// Its migrations lie in `db/e2ee`.
    public static final String NAME = "e2ee";

    private static final Duration PRUNE_EVERY = Duration.ofHours(1);

    private final Slice slice;

    /// What the accounts slice knows of users and their devices.
    public record People(
            UserSource users, DeviceSource devices, Reauthentication reauthentication) {}

    public KeysFeature(Kernel kernel, People people, Servers servers, EduOutbox outbox) {
        var keys = new KeyTable(kernel.database());
        var oneTimeKeys = new OneTimeKeyTable(kernel.database());
        var remoteTable = new RemoteListTable(kernel.database());
        var toDeviceTable = new ToDeviceTable(kernel.database());
        var backupTable = new BackupTable(kernel.database());

        var stocks = new Stocks(oneTimeKeys);
        var commits = new Commits(kernel.journal(), keys);
        var remote = new RemoteLists(
                remoteTable,
                servers,
                kernel.memberships(),
                kernel.identities(),
                kernel.journal(),
                kernel.time());
        var queries = new KeyQueries(
                kernel.serverName(), kernel.identities(), people.devices(), keys, remote);
        var claims = new KeyClaims(
                kernel.serverName(),
                kernel.identities(),
                people.devices(),
                oneTimeKeys,
                stocks,
                servers,
                kernel.wakeUps());
        var lists = new DeviceLists(
                keys, kernel.memberships(), kernel.rooms(), kernel.identities(), kernel.journal());
        var toDevice = new ToDevice(
                kernel.serverName(),
                kernel.identities(),
                people.devices(),
                toDeviceTable,
                kernel.journal(),
                outbox,
                kernel.time());
        var updates = new ListUpdates(
                kernel.serverName(),
                kernel.identities(),
                kernel.memberships(),
                keys,
                queries,
                commits,
                outbox,
                kernel.wakeUps(),
                people.users());

        List<ClientRoute> routes = new ArrayList<>(List.of(
                new KeyUpload(keys, oneTimeKeys, stocks, commits).route(),
                queries.route(),
                claims.route(),
                new KeyChangesRoute(lists, kernel.memberships(), kernel.journal()).route(),
                new CrossSigning(keys, commits, people.reauthentication()).route(),
                new SignatureUpload(keys, kernel.identities(), commits, queries).route(),
                toDevice.route()));
        routes.addAll(new BackupRoutes(backupTable).routes());
        List<EduType> edus = new ArrayList<>(updates.edus());
        edus.add(toDevice.edu());
        slice = Slice.named(NAME)
                .withClientRoutes(routes)
                .withFederationRoutes(List.of(
                        queries.federationRoute(), claims.federationRoute(), updates.route()))
                .withSyncSections(List.of(new KeysSyncSection(
                        new Mailboxes(toDeviceTable, kernel.journal()), lists, stocks)))
                .withEdus(edus)
                .withFollowers(List.of(updates.follower()))
                .withDevices(List.of(keys))
                .withJobs(List.of(Job.every("e2ee-prune", PRUNE_EVERY, () -> {
                    toDevice.prune();
                    remote.prune();
                })))
                .withChecks(checks())
                .withTables(tables());
    }

    private static List<Table> tables() {
        List<Table> tables = new ArrayList<>(KeyTable.TABLES);
        tables.addAll(OneTimeKeyTable.TABLES);
        tables.addAll(ToDeviceTable.TABLES);
        tables.add(RemoteListTable.TABLE);
        tables.add(BackupTable.BACKUP);
        tables.add(BackupTable.SESSION);
        return tables;
    }

    /// The invariants of its tables, for `holm doctor`.
    public static List<DoctorCheck> checks() {
        return KeyChecks.all();
    }

    public Slice slice() {
        return slice;
    }
}
