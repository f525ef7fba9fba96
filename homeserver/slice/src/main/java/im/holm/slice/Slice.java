package im.holm.slice;

import im.holm.journal.Follower;
import im.holm.platform.config.Setting;
import im.holm.platform.db.DoctorCheck;
import im.holm.platform.egress.EgressClass;
import im.holm.platform.jobs.Job;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/// Everything that a feature brings to a node. The composition root holds a list of these; nothing
/// else wires.
///
/// @param name of the feature: its package, its migration folder `db/<name>`, its metrics prefix
/// @param operations of the Messenger API, mounted on REST and on the gateway
/// @param gatewayEvents what the gateway tells a connected client without being asked
/// @param webSockets what answers on the gateway's listener
/// @param tables every table that the feature owns, with its owner, retention, erasure and export
public record Slice(
        String name,
        List<ClientRoute> clientRoutes,
        List<FederationRoute> federationRoutes,
        List<ClientRoute> adminRoutes,
        List<Operation> operations,
        List<GatewayEvents> gatewayEvents,
        List<WebSocket> webSockets,
        List<SyncSection> syncSections,
        List<EduType> edus,
        List<Follower> followers,
        List<DeviceLifecycle> devices,
        List<CallerSource> callers,
        List<Job> jobs,
        List<EgressClass> egress,
        List<Table> tables,
        List<DoctorCheck> checks,
        List<Setting<?>> settings) {

    public Slice {
        Objects.requireNonNull(name);
        clientRoutes = List.copyOf(clientRoutes);
        federationRoutes = List.copyOf(federationRoutes);
        adminRoutes = List.copyOf(adminRoutes);
        operations = List.copyOf(operations);
        gatewayEvents = List.copyOf(gatewayEvents);
        webSockets = List.copyOf(webSockets);
        syncSections = List.copyOf(syncSections);
        edus = List.copyOf(edus);
        followers = List.copyOf(followers);
        devices = List.copyOf(devices);
        callers = List.copyOf(callers);
        jobs = List.copyOf(jobs);
        egress = List.copyOf(egress);
        tables = List.copyOf(tables);
        checks = List.copyOf(checks);
        settings = List.copyOf(settings);
    }

    /// A slice that so far brings nothing but its name: add parts with the `with` methods.
    public static Slice named(String name) {
        return new Draft(name).done();
    }

    public Slice withClientRoutes(List<ClientRoute> parts) {
        return with(draft -> draft.clientRoutes = parts);
    }

    public Slice withFederationRoutes(List<FederationRoute> parts) {
        return with(draft -> draft.federationRoutes = parts);
    }

    public Slice withAdminRoutes(List<ClientRoute> parts) {
        return with(draft -> draft.adminRoutes = parts);
    }

    public Slice withOperations(List<Operation> parts) {
        return with(draft -> draft.operations = parts);
    }

    public Slice withGatewayEvents(List<GatewayEvents> parts) {
        return with(draft -> draft.gatewayEvents = parts);
    }

    public Slice withWebSockets(List<WebSocket> parts) {
        return with(draft -> draft.webSockets = parts);
    }

    public Slice withSyncSections(List<SyncSection> parts) {
        return with(draft -> draft.syncSections = parts);
    }

    public Slice withEdus(List<EduType> parts) {
        return with(draft -> draft.edus = parts);
    }

    public Slice withFollowers(List<Follower> parts) {
        return with(draft -> draft.followers = parts);
    }

    public Slice withDevices(List<DeviceLifecycle> parts) {
        return with(draft -> draft.devices = parts);
    }

    public Slice withCallers(List<CallerSource> parts) {
        return with(draft -> draft.callers = parts);
    }

    public Slice withJobs(List<Job> parts) {
        return with(draft -> draft.jobs = parts);
    }

    public Slice withEgress(List<EgressClass> parts) {
        return with(draft -> draft.egress = parts);
    }

    public Slice withTables(List<Table> parts) {
        return with(draft -> draft.tables = parts);
    }

    public Slice withChecks(List<DoctorCheck> parts) {
        return with(draft -> draft.checks = parts);
    }

    public Slice withSettings(List<Setting<?>> parts) {
        return with(draft -> draft.settings = parts);
    }

    private Slice with(Consumer<Draft> change) {
        var draft = new Draft(name);
        draft.clientRoutes = clientRoutes;
        draft.federationRoutes = federationRoutes;
        draft.adminRoutes = adminRoutes;
        draft.operations = operations;
        draft.gatewayEvents = gatewayEvents;
        draft.webSockets = webSockets;
        draft.syncSections = syncSections;
        draft.edus = edus;
        draft.followers = followers;
        draft.devices = devices;
        draft.callers = callers;
        draft.jobs = jobs;
        draft.egress = egress;
        draft.tables = tables;
        draft.checks = checks;
        draft.settings = settings;
        change.accept(draft);
        return draft.done();
    }

    /// A slice while one of its parts is replaced.
    private static final class Draft {
        private final String name;
        private List<ClientRoute> clientRoutes = List.of();
        private List<FederationRoute> federationRoutes = List.of();
        private List<ClientRoute> adminRoutes = List.of();
        private List<Operation> operations = List.of();
        private List<GatewayEvents> gatewayEvents = List.of();
        private List<WebSocket> webSockets = List.of();
        private List<SyncSection> syncSections = List.of();
        private List<EduType> edus = List.of();
        private List<Follower> followers = List.of();
        private List<DeviceLifecycle> devices = List.of();
        private List<CallerSource> callers = List.of();
        private List<Job> jobs = List.of();
        private List<EgressClass> egress = List.of();
        private List<Table> tables = List.of();
        private List<DoctorCheck> checks = List.of();
        private List<Setting<?>> settings = List.of();

        private Draft(String name) {
            this.name = name;
        }

        private Slice done() {
            return new Slice(
                    name,
                    clientRoutes,
                    federationRoutes,
                    adminRoutes,
                    operations,
                    gatewayEvents,
                    webSockets,
                    syncSections,
                    edus,
                    followers,
                    devices,
                    callers,
                    jobs,
                    egress,
                    tables,
                    checks,
                    settings);
        }
    }
}
