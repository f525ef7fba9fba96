package im.holm.slice;

import im.holm.journal.Follower;
import im.holm.platform.config.Setting;
import im.holm.platform.egress.EgressClass;
import im.holm.platform.jobs.Job;
import java.util.List;
import java.util.Objects;

/// Everything that a feature brings to a node. The composition root holds a list of these; nothing else wires.
///
/// @param name of the feature: its package, its migration folder `db/<name>`, its metrics prefix
/// @param operations of the Messenger API, mounted on REST and on the gateway
/// @param gatewayEvents what the gateway tells a connected client without being asked
/// @param tables every table that the feature owns, with its owner, retention, erasure and export
public record Slice(
        String name,
        List<ClientRoute> clientRoutes,
        List<FederationRoute> federationRoutes,
        List<ClientRoute> adminRoutes,
        List<Operation> operations,
        List<GatewayEvents> gatewayEvents,
        List<SyncSection> syncSections,
        List<EduType> edus,
        List<Follower> followers,
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
        syncSections = List.copyOf(syncSections);
        edus = List.copyOf(edus);
        followers = List.copyOf(followers);
        callers = List.copyOf(callers);
        jobs = List.copyOf(jobs);
        egress = List.copyOf(egress);
        tables = List.copyOf(tables);
        checks = List.copyOf(checks);
        settings = List.copyOf(settings);
    }

    /// A slice that so far brings nothing but its name: add parts with the `with` methods.
    public static Slice named(String name) {
        return new Slice(
                name, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
                List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
    }

    public Slice withClientRoutes(List<ClientRoute> parts) {
        return new Slice(
                name, parts, federationRoutes, adminRoutes, operations, gatewayEvents,
                syncSections, edus, followers, callers, jobs, egress, tables, checks, settings);
    }

    public Slice withFederationRoutes(List<FederationRoute> parts) {
        return new Slice(
                name, clientRoutes, parts, adminRoutes, operations, gatewayEvents,
                syncSections, edus, followers, callers, jobs, egress, tables, checks, settings);
    }

    public Slice withAdminRoutes(List<ClientRoute> parts) {
        return new Slice(
                name, clientRoutes, federationRoutes, parts, operations, gatewayEvents,
                syncSections, edus, followers, callers, jobs, egress, tables, checks, settings);
    }

    public Slice withOperations(List<Operation> parts) {
        return new Slice(
                name, clientRoutes, federationRoutes, adminRoutes, parts, gatewayEvents,
                syncSections, edus, followers, callers, jobs, egress, tables, checks, settings);
    }

    public Slice withGatewayEvents(List<GatewayEvents> parts) {
        return new Slice(
                name, clientRoutes, federationRoutes, adminRoutes, operations, parts,
                syncSections, edus, followers, callers, jobs, egress, tables, checks, settings);
    }

    public Slice withSyncSections(List<SyncSection> parts) {
        return new Slice(
                name, clientRoutes, federationRoutes, adminRoutes, operations, gatewayEvents,
                parts, edus, followers, callers, jobs, egress, tables, checks, settings);
    }

    public Slice withEdus(List<EduType> parts) {
        return new Slice(
                name, clientRoutes, federationRoutes, adminRoutes, operations, gatewayEvents,
                syncSections, parts, followers, callers, jobs, egress, tables, checks, settings);
    }

    public Slice withFollowers(List<Follower> parts) {
        return new Slice(
                name, clientRoutes, federationRoutes, adminRoutes, operations, gatewayEvents,
                syncSections, edus, parts, callers, jobs, egress, tables, checks, settings);
    }

    public Slice withCallers(List<CallerSource> parts) {
        return new Slice(
                name, clientRoutes, federationRoutes, adminRoutes, operations, gatewayEvents,
                syncSections, edus, followers, parts, jobs, egress, tables, checks, settings);
    }

    public Slice withJobs(List<Job> parts) {
        return new Slice(
                name, clientRoutes, federationRoutes, adminRoutes, operations, gatewayEvents,
                syncSections, edus, followers, callers, parts, egress, tables, checks, settings);
    }

    public Slice withEgress(List<EgressClass> parts) {
        return new Slice(
                name, clientRoutes, federationRoutes, adminRoutes, operations, gatewayEvents,
                syncSections, edus, followers, callers, jobs, parts, tables, checks, settings);
    }

    public Slice withTables(List<Table> parts) {
        return new Slice(
                name, clientRoutes, federationRoutes, adminRoutes, operations, gatewayEvents,
                syncSections, edus, followers, callers, jobs, egress, parts, checks, settings);
    }

    public Slice withChecks(List<DoctorCheck> parts) {
        return new Slice(
                name, clientRoutes, federationRoutes, adminRoutes, operations, gatewayEvents,
                syncSections, edus, followers, callers, jobs, egress, tables, parts, settings);
    }

    public Slice withSettings(List<Setting<?>> parts) {
        return new Slice(
                name, clientRoutes, federationRoutes, adminRoutes, operations, gatewayEvents,
                syncSections, edus, followers, callers, jobs, egress, tables, checks, parts);
    }
}
