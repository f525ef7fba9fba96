package im.holm.messenger;

import im.holm.platform.config.Config;
import im.holm.platform.config.Settings;
import im.holm.platform.db.DoctorCheck;
import im.holm.platform.ws.WsEndpoint;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;
import im.holm.slice.Kernel;
import im.holm.slice.Operation;
import im.holm.slice.RateLimit;
import im.holm.slice.Receipts;
import im.holm.slice.Slice;
import im.holm.slice.Typing;
import im.holm.slice.UserSource;
import im.holm.slice.WebSocket;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The Messenger API and its gateway.
public final class MessengerFeature {

    /// Messages, new threads and invitations of one user: far above what people do.
    private static final int SEND_BURST = 300;
    private static final double SENDS_PER_SECOND = 30;

    private final Kernel kernel;
    private final Slice slice;
    private final GatewayAddress address;

    public MessengerFeature(Kernel kernel, UserSource users, Typing typing, Receipts receipts) {
        this.kernel = kernel;
        Config config = kernel.config();
        var access = new ThreadAccess(kernel.rooms(), kernel.memberships());
        var entering = new Entering(kernel.membership(), users);
        var people = new People(kernel.memberships());
        var view = new ThreadView(people);
        var settingTable = new ThreadSettingTable(kernel.database());
        var settings = new ThreadSettings(access, settingTable, kernel.journal());
        var sends = new RateLimit(
                config.get(Settings.RATE_LIMITS), SEND_BURST, SENDS_PER_SECOND, kernel.time());
        var threads = new Threads(
                kernel.serverName(),
                kernel.commands(),
                kernel.rooms(),
                kernel.memberships(),
                kernel.identities(),
                users,
                access,
                entering,
                new OneToOneTable(kernel.database()),
                version(config));
        address = new GatewayAddress(config);

        List<Operation> operations = new ArrayList<>();
        operations.add(new Messages(kernel.commands(), threads, access, sends).operation());
        operations.add(new History(kernel.rooms(), access, people).operation());
        operations.add(new Conversations(
                        kernel.rooms(), kernel.memberships(), view, settingTable, receipts)
                .operation());
        operations.addAll(new ThreadOperations(
                        threads, access, view, settings, entering, typing, receipts, sends)
                .operations());
        operations.add(settings.operation());
        operations.add(new ConfigOperation(
                        kernel.serverName().text(), config.get(Settings.REGION), address)
                .operation());
        slice = Slice.named("messenger")
                .withOperations(operations)
                .withGatewayEvents(List.of(
                        new MessageEvents(
                                kernel.journal(), kernel.rooms(), kernel.memberships(), view),
                        new TypingEvents(kernel.rooms(), kernel.memberships(), typing)))
                .withWebSockets(List.of(new WebSocket(Gateway.PATH, new GatewayOpening())))
                .withChecks(checks())
                .withTables(List.of(OneToOneTable.TABLE, ThreadSettingTable.TABLE));
    }

    /// The invariants of its tables, for `holm doctor`.
    public static List<DoctorCheck> checks() {
        return MessengerChecks.all();
    }

    public Slice slice() {
        return slice;
    }

    private final class GatewayOpening implements WebSocket.Opening {
        @Override
        public WsEndpoint open(WebSocket.Parts parts) {
            return new Gateway(
                    parts,
                    origins(kernel.config()),
                    kernel.journal(),
                    kernel.wakeUps(),
                    kernel.ephemeral(),
                    kernel.time());
        }

        @Override
        public void listening(int port) {
            address.listensOn(port);
        }
    }

    /// Our own pages, those of the API and of the sign-in, and what the operator allows.
    private static Set<String> origins(Config config) {
        Stream<String> own = Stream.of(Settings.CLIENT_PUBLIC_URL, Settings.AUTH_PUBLIC_URL)
                .map(config::get)
                .flatMap(Optional::stream)
                .map(MessengerFeature::origin);
        return Stream.concat(own, config.get(Settings.GATEWAY_ALLOWED_ORIGINS).stream())
                .collect(Collectors.toSet());
    }

    private static String origin(URI url) {
        return url.getScheme() + "://" + url.getRawAuthority();
    }

    private static RoomVersion version(Config config) {
        String id = config.get(Settings.ROOM_DEFAULT_VERSION);
        return RoomVersions.find(id)
                .orElseThrow(() -> new IllegalArgumentException("no room version " + id));
    }
}
