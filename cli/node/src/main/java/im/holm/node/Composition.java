package im.holm.node;

import im.holm.accounts.AccountsFeature;
import im.holm.e2ee.keys.KeysFeature;
import im.holm.federation.FederationClient;
import im.holm.federation.FederationFeature;
import im.holm.federation.FederationSettings;
import im.holm.messenger.MessengerFeature;
import im.holm.platform.config.SettingRegistry;
import im.holm.platform.db.DoctorCheck;
import im.holm.protocol.id.RoomAlias;
import im.holm.protocol.id.UserId;
import im.holm.rooms.RoomsFeature;
import im.holm.slice.DeviceLifecycle;
import im.holm.slice.EduType;
import im.holm.slice.Kernel;
import im.holm.slice.OriginCheck;
import im.holm.slice.RemoteUsers.Resolved;
import im.holm.slice.Slice;
import im.holm.slice.SyncSection;
import im.holm.slice.assembly.Teardown;
import im.holm.store.StoreChecks;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The slices of a Holm node: the only place that knows them all.
final class Composition {

    /// Whose migrations run.
    static final List<String> MIGRATIONS =
            List.of("store", "accounts", "rooms", "messenger", KeysFeature.NAME, "federation");

    private final AccountsFeature accounts;
    private final RoomsFeature rooms;
    private final FederationFeature federation;
    private final List<Slice> slices;

    /// @param remote our side of talking to other servers, which the engine needs before there
    /// are slices
    Composition(Kernel kernel, FederationClient remote, Teardown teardown) {
        federation = teardown.add(
                "federation sender",
                new FederationFeature(kernel, remote, this::edus, this::resolve, this::isResident));
        accounts = new AccountsFeature(kernel, remote, this::lifecycles);
        rooms = new RoomsFeature(
                kernel,
                accounts.users(),
                new RoomsFeature.Elsewhere(remote, remote.servers(), federation.outbox()),
                this::syncSections,
                accounts.adminGate());
        var messenger =
                new MessengerFeature(kernel, accounts.users(), rooms.typing(), rooms.receipts());
        var keys = new KeysFeature(
                kernel,
                new KeysFeature.People(
                        accounts.users(), accounts.devices(), accounts.reauthentication()),
                remote.servers(),
                federation.outbox());
        slices = List.of(
                StoreSlice.of(kernel.database(), kernel.time()),
                accounts.slice(),
                rooms.slice(),
                messenger.slice(),
                keys.slice(),
                federation.slice());
    }

    /// Every setting that a configuration may have.
    static SettingRegistry settings() {
        return SettingRegistry.standard().with(FederationSettings.all());
    }

    /// Every invariant that a slice declares; it needs no node, for the database of a stopped
    /// one.
    static List<DoctorCheck> checks() {
        return Stream.of(
                        StoreChecks.all(),
                        AccountsFeature.checks(),
                        RoomsFeature.checks(),
                        MessengerFeature.checks(),
                        KeysFeature.checks(),
                        FederationFeature.checks())
                .flatMap(List::stream)
                .toList();
    }

    List<Slice> slices() {
        return slices;
    }

    OriginCheck originCheck() {
        return federation.originCheck();
    }

    private boolean isResident(UserId user) {
        return accounts.users().exists(user);
    }

    private Optional<Resolved> resolve(RoomAlias alias) {
        return rooms.aliases().resolve(alias);
    }

    private List<EduType> edus() {
        return slices.stream().flatMap(slice -> slice.edus().stream()).toList();
    }

    private List<DeviceLifecycle> lifecycles() {
        return slices.stream().flatMap(slice -> slice.devices().stream()).toList();
    }

    private List<SyncSection> syncSections() {
        return slices.stream().flatMap(slice -> slice.syncSections().stream()).toList();
    }
}
