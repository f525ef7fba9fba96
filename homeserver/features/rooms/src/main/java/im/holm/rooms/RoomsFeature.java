package im.holm.rooms;

import im.holm.platform.config.Config;
import im.holm.platform.config.Settings;
import im.holm.platform.db.DoctorCheck;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;
import im.holm.slice.AdminGate;
import im.holm.slice.AliasSource;
import im.holm.slice.ClientRoute;
import im.holm.slice.EduOutbox;
import im.holm.slice.EduType;
import im.holm.slice.Kernel;
import im.holm.slice.Receipts;
import im.holm.slice.RemoteUsers;
import im.holm.slice.Servers;
import im.holm.slice.Slice;
import im.holm.slice.SyncSection;
import im.holm.slice.Table;
import im.holm.slice.Typing;
import im.holm.slice.UserSource;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The feature `rooms`, put together.
public final class RoomsFeature {

    private final TypingNotices typing;
    private final ReadReceipts receipts;
    private final Aliases aliases;
    private final Slice slice;

    /// The ways to other servers.
    public record Elsewhere(RemoteUsers users, Servers servers, EduOutbox edus) {}

    /// Without sections of other features in `/sync`, and without the admin API.
    public RoomsFeature(Kernel kernel, UserSource users, Elsewhere elsewhere) {
        this(kernel, users, elsewhere, List::of, AdminGate.CLOSED);
    }

    /// @param sections of all slices; asked at each sync, since the slices are not yet known
    /// here
    /// @param gate of the routes of the admin API
    public RoomsFeature(
            Kernel kernel,
            UserSource users,
            Elsewhere elsewhere,
            Supplier<List<SyncSection>> sections,
            AdminGate gate) {
        EduOutbox edus = elsewhere.edus();
        var access = new RoomAccess(kernel.rooms(), kernel.memberships());
        var profiles = new ProfileContent(users);
        var places = new Places(kernel.journal());
        var aliasTable = new AliasTable(kernel.database());
        var published = new PublishedRoomTable(kernel.database());
        var accountDataTable = new AccountDataTable(kernel.database());
        var receiptTable = new ReceiptTable(kernel.database());
        var names = new RoomNames(kernel.serverName(), aliasTable, elsewhere.users());
        var filters = new Filters(new FilterTable(kernel.database()), kernel.caches());
        var accountData = new AccountData(kernel, accountDataTable, access);
        var positions = new ReadPositions(kernel, receiptTable);
        var unread = new Unread(kernel, positions, new UnreadTable(kernel.database()));
        this.receipts = new ReadReceipts(kernel, receiptTable, accountData, edus, access, unread);
        this.aliases = new Aliases(kernel, aliasTable, names, access);
        this.typing = new TypingNotices(kernel, edus, access);
        var reader = new SyncReader(
                kernel,
                new PersonalNews.Tables(accountDataTable, receiptTable, kernel.identities()),
                new SyncJoined(kernel.time(), new Heroes(kernel.memberships()), typing, unread),
                new SyncLeft(kernel.time(), access),
                typing,
                sections);

        var version = defaultVersion(kernel.config());
        var pace = new Pace(kernel.config().get(Settings.RATE_LIMITS), kernel.time());
        var creation = new RoomCreation(kernel, users, profiles, aliasTable, published, version);
        var upgrade = new RoomUpgrade(kernel, profiles, access, aliasTable, published);
        var changes = new MembershipChanges(kernel, users, profiles, access);
        var state = new StateRoutes(kernel, access, new CanonicalAliases(names));
        var tags = new Tags(accountDataTable, accountData, new UserLocks());
        var spaces = new Spaces(
                new RoomSummaries(kernel.rooms(), kernel.memberships()),
                new RemoteSummaries(kernel.serverName(), elsewhere.servers()),
                names,
                access);
        List<ClientRoute> routes = new ArrayList<>();
        routes.addAll(ServerFacts.routes(version));
        routes.addAll(pace.ofCreating(creation.routes()));
        routes.addAll(pace.ofCreating(upgrade.routes()));
        routes.addAll(pace.ofEntering(changes.routes()));
        routes.addAll(pace.ofEntering(new Joining(kernel, names, profiles, access).routes()));
        routes.addAll(pace.ofSending(new Sending(kernel, access).routes()));
        routes.addAll(pace.ofSending(state.routes()));
        routes.addAll(new Members(kernel, access, places).routes());
        routes.addAll(new Messages(kernel, access, places).routes());
        routes.addAll(pace.ofEntering(aliases.routes()));
        routes.addAll(pace.ofEntering(new PublicRooms(kernel, published, access).routes()));
        routes.addAll(pace.ofEntering(spaces.routes()));
        routes.addAll(pace.ofEntering(List.of(new MutualRooms(kernel).route())));
        routes.addAll(pace.ofSending(typing.routes()));
        routes.addAll(pace.ofSending(receipts.routes()));
        routes.addAll(pace.ofSending(accountData.routes()));
        routes.addAll(pace.ofSending(tags.routes()));
        routes.addAll(pace.ofSending(filters.routes()));
        routes.addAll(PushRuleRoutes.routes());
        routes.addAll(new Sync(kernel, filters, reader).routes());

        List<EduType> eduTypes = new ArrayList<>(typing.edus());
        eduTypes.add(receipts.edu());
        List<ClientRoute> adminRoutes =
                new ArrayList<>(new ExplainRoute(kernel.rooms(), gate).routes());
        adminRoutes.addAll(
                new RoomRemovalRoutes(kernel.rooms(), kernel.purging(), aliasTable, published, gate)
                        .routes());
        this.slice = Slice.named("rooms")
                .withClientRoutes(routes)
                .withFederationRoutes(spaces.federationRoutes())
                .withAdminRoutes(adminRoutes)
                .withEdus(eduTypes)
                .withJobs(typing.jobs())
                .withChecks(checks())
                .withTables(tables());
    }

    private static RoomVersion defaultVersion(Config config) {
        String id = config.get(Settings.ROOM_DEFAULT_VERSION);
        return RoomVersions.find(id)
                .orElseThrow(() -> new IllegalArgumentException("no room version " + id));
    }

    /// The invariants of its tables, for `holm doctor`.
    public static List<DoctorCheck> checks() {
        return RoomsChecks.all();
    }

    public Slice slice() {
        return slice;
    }

    public Typing typing() {
        return typing;
    }

    public Receipts receipts() {
        return receipts;
    }

    public AliasSource aliases() {
        return aliases;
    }

    private static List<Table> tables() {
        return List.of(
                new Table(
                        "room_alias",
                        Table.Owner.USER,
                        "until it is deleted",
                        "deleted",
                        "SELECT alias, room_id, created_ms FROM room_alias"
                                + " WHERE creator_nid = :user_nid"),
                new Table("published_room", Table.Owner.ROOM, "until it is withdrawn", "", ""),
                new Table(
                        "account_data",
                        Table.Owner.USER,
                        "as long as the account",
                        "deleted",
                        "SELECT room_nid, type, content FROM account_data"
                                + " WHERE user_nid = :user_nid"),
                new Table(
                        "sync_filter",
                        Table.Owner.USER,
                        "as long as the account",
                        "deleted",
                        "SELECT filter_id, json FROM sync_filter WHERE user_nid = :user_nid"));
    }
}
