package im.holm.rooms;

import im.holm.slice.AliasSource;
import im.holm.slice.ClientRoute;
import im.holm.slice.EduOutbox;
import im.holm.slice.EduType;
import im.holm.slice.Kernel;
import im.holm.slice.Receipts;
import im.holm.slice.RemoteUsers;
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

    /// Without sections of other features in `/sync`.
    public RoomsFeature(Kernel kernel, UserSource users, RemoteUsers remoteUsers, EduOutbox edus) {
        this(kernel, users, remoteUsers, edus, List::of);
    }

    /// @param sections of all slices; asked at each sync, since the slices are not yet known
    /// here
    public RoomsFeature(
            Kernel kernel,
            UserSource users,
            RemoteUsers remoteUsers,
            EduOutbox edus,
            Supplier<List<SyncSection>> sections) {
        var access = new RoomAccess(kernel.rooms(), kernel.memberships());
        var profiles = new ProfileContent(users);
        var places = new Places(kernel.journal());
        var aliasTable = new AliasTable(kernel.database());
        var published = new PublishedRoomTable(kernel.database());
        var accountDataTable = new AccountDataTable(kernel.database());
        var receiptTable = new ReceiptTable(kernel.database());
        var names = new RoomNames(kernel.serverName(), aliasTable, remoteUsers);
        var filters = new Filters(new FilterTable(kernel.database()));
        var accountData = new AccountData(kernel, accountDataTable, access);
        var unread = new Unread(kernel, receiptTable, new UnreadTable(kernel.database()));
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

        List<ClientRoute> routes = new ArrayList<>();
        routes.addAll(ServerFacts.routes());
        routes.addAll(new RoomCreation(kernel, users, profiles, aliasTable, published).routes());
        routes.addAll(new MembershipChanges(kernel, users, profiles, access).routes());
        routes.addAll(new Joining(kernel, names, profiles, access).routes());
        routes.addAll(new Sending(kernel, access).routes());
        routes.addAll(new StateRoutes(kernel, access, new CanonicalAliases(names)).routes());
        routes.addAll(new Members(kernel, access, places).routes());
        routes.addAll(new Messages(kernel, access, places).routes());
        routes.addAll(aliases.routes());
        routes.addAll(new PublicRooms(kernel, published, access).routes());
        routes.addAll(typing.routes());
        routes.addAll(receipts.routes());
        routes.addAll(accountData.routes());
        routes.addAll(new Tags(accountDataTable, accountData, new UserLocks()).routes());
        routes.addAll(filters.routes());
        routes.addAll(PushRuleRoutes.routes());
        routes.addAll(new Sync(kernel, filters, reader).routes());

        List<EduType> eduTypes = new ArrayList<>(typing.edus());
        eduTypes.add(receipts.edu());
        this.slice = Slice.named("rooms")
                .withClientRoutes(routes)
                .withEdus(eduTypes)
                .withJobs(typing.jobs())
                .withTables(tables());
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
