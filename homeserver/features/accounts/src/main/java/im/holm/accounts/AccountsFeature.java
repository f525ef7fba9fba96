package im.holm.accounts;

import im.holm.platform.config.Config;
import im.holm.platform.config.Settings;
import im.holm.platform.db.DoctorCheck;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.platform.jobs.Job;
import im.holm.protocol.id.RoomAlias;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.AdminGate;
import im.holm.slice.ClientRoute;
import im.holm.slice.DeviceLifecycle;
import im.holm.slice.DeviceSource;
import im.holm.slice.Documented;
import im.holm.slice.Kernel;
import im.holm.slice.RateLimit;
import im.holm.slice.Reauthentication;
import im.holm.slice.RemoteUsers;
import im.holm.slice.Slice;
import im.holm.slice.UserSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Accounts, devices, sessions and profiles of this server.
public final class AccountsFeature {

    /// Sign-ins, registrations and the like from one address: far above what people do.
    private static final int ADDRESS_BURST = 100;
    private static final double ADDRESS_PER_SECOND = 5;

    private static final int LOOK_UP_BURST = 200;
    private static final double LOOK_UPS_PER_SECOND = 20;

    private static final int PROFILE_BURST = 30;
    private static final double PROFILE_CHANGES_PER_SECOND = 1;

    private final Slice slice;
    private final Profiles profiles;
    private final Sessions sessions;
    private final OwnProof proof;
    private final AdminGate adminGate;

    /// Without federation: nobody is known of other servers' users.
    public AccountsFeature(Kernel kernel) {
        this(kernel, new NoRemoteUsers(), List::of);
    }

    /// @param lifecycles what other slices keep of devices
    public AccountsFeature(
            Kernel kernel, RemoteUsers remote, Supplier<List<DeviceLifecycle>> lifecycles) {
        var server = kernel.serverName();
        var time = kernel.time();
        Config config = kernel.config();
        boolean limited = config.get(Settings.RATE_LIMITS);
        var perAddress = new RateLimit(limited, ADDRESS_BURST, ADDRESS_PER_SECOND, time);
        var lookUps = new RateLimit(limited, LOOK_UP_BURST, LOOK_UPS_PER_SECOND, time);
        var profileChanges =
                new RateLimit(limited, PROFILE_BURST, PROFILE_CHANGES_PER_SECOND, time);

        var accountTable = new AccountTable(kernel.database());
        var profileTable = new ProfileTable(kernel.database());
        sessions = new Sessions(
                server,
                new DeviceTable(kernel.database(), lifecycles),
                new TokenTable(kernel.database()),
                kernel.journal(),
                time);
        var accounts = new Accounts(
                server, accountTable, new Passwords(), kernel.identities(), limited, time);
        var spread = new ProfileSpread(
                profileTable,
                kernel.identities(),
                kernel.memberships(),
                kernel.membership(),
                kernel.rooms());
        profiles = new Profiles(server, accountTable, profileTable, kernel.journal(), spread, time);
        var farewell = new Farewell(
                accountTable,
                sessions,
                profiles,
                kernel.identities(),
                kernel.memberships(),
                kernel.membership(),
                kernel.rooms(),
                time);
        var uia = new Uia(time);
        var ownPassword = new OwnPassword(server, accounts);
        proof = new OwnProof(uia, ownPassword);
        Optional<JsonObject> wellKnown = wellKnown(config);
        var profileRoutes = new ProfileRoutes(server, profiles, remote, profileChanges, lookUps);

        List<ClientRoute> routes = new ArrayList<>();
        routes.addAll(new RegisterRoutes(
                        server,
                        config.get(Settings.REGISTRATION_MODE),
                        accounts,
                        accountTable,
                        sessions,
                        uia,
                        time,
                        perAddress)
                .routes());
        routes.addAll(new LoginRoutes(server, accounts, sessions, wellKnown, perAddress).routes());
        routes.addAll(new DeviceRoutes(sessions, uia, ownPassword).routes());
        routes.addAll(new AccountRoutes(accounts, sessions, farewell, uia, ownPassword).routes());
        routes.addAll(profileRoutes.routes());
        routes.add(wellKnownRoute(wellKnown));
        config.get(Settings.REGISTRATION_SHARED_SECRET)
                .ifPresent(secret -> routes.addAll(new SharedSecretRoutes(
                                server, secret, accounts, sessions, profiles, time, perAddress)
                        .routes()));

        adminGate = new AdminKeyGate(AdminKey.obtain(config.get(Settings.DATA_DIR)));
        var adminRoutes =
                new AdminRoutes(server, adminGate, accounts, accountTable, profiles, time);
        slice = Slice.named("accounts")
                .withClientRoutes(routes)
                .withFederationRoutes(profileRoutes.federationRoutes())
                .withAdminRoutes(adminRoutes.routes())
                .withCallers(List.of(sessions))
                .withJobs(List.of(
                        Job.every("accounts-tidy", Duration.ofMinutes(1), sessions::tidy),
                        Job.every("accounts-farewell", Duration.ofMinutes(1), farewell::partAll),
                        Job.every("accounts-spread", Duration.ofMinutes(1), spread::resume)))
                .withChecks(checks())
                .withTables(List.of(
                        AccountTable.ACCOUNT,
                        AccountTable.REGISTRATION_TOKEN,
                        DeviceTable.DEVICE,
                        TokenTable.ACCESS_TOKEN,
                        TokenTable.REFRESH_TOKEN,
                        ProfileTable.FIELD,
                        ProfileTable.SPREAD));
    }

    /// The invariants of its tables, for `holm doctor`.
    public static List<DoctorCheck> checks() {
        return AccountChecks.all();
    }

    public Slice slice() {
        return slice;
    }

    /// Opens other features' admin routes.
    public AdminGate adminGate() {
        return adminGate;
    }

    /// This server's users, for other features.
    public UserSource users() {
        return profiles;
    }

    public DeviceSource devices() {
        return sessions;
    }

    public Reauthentication reauthentication() {
        return proof;
    }

    private static Optional<JsonObject> wellKnown(Config config) {
        return config.get(Settings.CLIENT_PUBLIC_URL)
                .map(url -> JsonObject.of(
                        "m.homeserver",
                        JsonObject.builder().put("base_url", url.toString()).build()));
    }

    private static ClientRoute wellKnownRoute(Optional<JsonObject> configured) {
        return ClientRoute.open(
                Method.GET,
                "/.well-known/matrix/client",
                new Documented("getWellknown", "r0", "LoginTest"),
                request -> Response.json(configured.orElseGet(() -> asAsked(request))));
    }

    /// Without a public URL the server is what the client has reached it by: good on one's own
    /// machine, where nobody configures anything.
    private static JsonObject asAsked(Request request) {
        String scheme = request.remote().secure() ? "https" : "http";
        String host = request.header("Host").orElse("localhost");
        return JsonObject.of(
                "m.homeserver",
                JsonObject.builder().put("base_url", scheme + "://" + host).build());
    }

    private static final class NoRemoteUsers implements RemoteUsers {
        @Override
        public Optional<UserSource.Profile> profile(UserId user) {
            return Optional.empty();
        }

        @Override
        public Optional<Resolved> resolve(RoomAlias alias) {
            return Optional.empty();
        }
    }
}
