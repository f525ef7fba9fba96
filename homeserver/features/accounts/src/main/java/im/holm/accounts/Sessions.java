package im.holm.accounts;

import im.holm.accounts.TokenTable.AccessRow;
import im.holm.accounts.TokenTable.Issue;
import im.holm.accounts.TokenTable.RefreshRow;
import im.holm.journal.CommitOutcome;
import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.Journal;
import im.holm.journal.JournalEntry;
import im.holm.journal.Unit;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonBoolean;
import im.holm.slice.Caller;
import im.holm.slice.CallerSource;
import im.holm.slice.DeviceSource;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/// Devices and the tokens that let their users in: signing in, recognizing, refreshing, signing
/// out. Tokens are known to the server by their hashes only.
final class Sessions implements CallerSource, DeviceSource {

    /// How long an access token lives that comes with a refresh token; others do not expire.
    static final Duration REFRESHABLE_LIFETIME = Duration.ofHours(1);

    /// How long an expired token is told apart from an unknown one.
    private static final Duration EXPIRED_KEPT = Duration.ofDays(30);

    /// Devices of one user; who signs in on more loses the one that was not seen for longest.
    static final int DEVICES_MAX = 500;

    private static final int DEVICE_WEIGHT_BYTES = 200;
    private static final String DEVICE_ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final int DEVICE_ID_CHARS = 10;

    private final ServerName server;
    private final DeviceTable devices;
    private final TokenTable tokens;
    private final Journal journal;
    private final InstantSource time;
    private final SecureRandom random = new SecureRandom();
    private final TokenCache cache = new TokenCache(TokenCache.TOKENS_MAX);
    private final Map<DeviceTable.Key, Long> seenMs = new ConcurrentHashMap<>();

    Sessions(
            ServerName server,
            DeviceTable devices,
            TokenTable tokens,
            Journal journal,
            InstantSource time) {
        this.server = server;
        this.devices = devices;
        this.tokens = tokens;
        this.journal = journal;
        this.time = time;
        journal.watch((entries, _) -> forgetChanged(entries));
    }

    /// What a client is told after signing in or refreshing.
    record Opened(
            String deviceId,
            String accessToken,
            Optional<String> refreshToken,
            OptionalLong expiresInMs) {}

    sealed interface Ending {
        record Ended() implements Ending {}

        record Failed(Problem problem) implements Ending {}
    }

    Opened open(long userNid, Optional<String> deviceId, Optional<String> name, boolean refresh) {
        Minted minted = mint(refresh);
        Device device = tokens.signIn(
                userNid, deviceId.orElseGet(this::newDeviceId), name, minted.issue(time.millis()));
        cache.forget(userNid);
        end(userNid, devices.surplus(userNid, DEVICES_MAX));
        return minted.opened(device.deviceId());
    }

    /// New tokens for a refresh token; empty if it is not valid (any more).
    Optional<Opened> refresh(String refreshToken) {
        if (!TokenText.is(TokenText.Kind.REFRESH, refreshToken)) {
            return Optional.empty();
        }
        byte[] parent = TokenText.hash(refreshToken);
        Minted minted = mint(true);
        Optional<RefreshRow> row =
                tokens.refresh(parent, minted.issue(time.millis()).withParent(parent));
        row.filter(RefreshRow::unused).ifPresent(used -> cache.forget(used.userNid()));
        return row.map(_ -> minted.opened(""));
    }

    @Override
    public Recognition recognize(String accessToken) {
        if (!TokenText.isOurs(accessToken)) {
            return new Recognition.Unknown();
        }
        if (!TokenText.is(TokenText.Kind.ACCESS, accessToken)) {
            return new Recognition.Refused(unknown());
        }
        byte[] hash = TokenText.hash(accessToken);
        return cache.get(hash)
                .or(() -> look(hash))
                .map(this::welcome)
                .orElseGet(() -> new Recognition.Refused(unknown()));
    }

    /// Removes devices and their tokens. Durable when it returns.
    Ending end(long userNid, List<Device> ended) {
        if (ended.isEmpty()) {
            return new Ending.Ended();
        }
        long[] nids = ended.stream().mapToLong(Device::deviceNid).toArray();
        Ending ending = commit(new DeviceTable.Change.Removed(userNid, nids), userNid);
        cache.forget(userNid);
        return ending;
    }

    Ending rename(Device device, Optional<String> displayName) {
        return commit(
                new DeviceTable.Change.Renamed(device.userNid(), device.deviceNid(), displayName),
                device.userNid());
    }

    List<Device> withLastSeen(long userNid) {
        return devices.ofUser(userNid).stream().map(this::asSeen).toList();
    }

    @Override
    public List<UserDevice> devices(long userNid) {
        return devices.ofUser(userNid).stream()
                .map(device ->
                        new UserDevice(device.deviceNid(), device.deviceId(), device.displayName()))
                .toList();
    }

    Optional<Device> device(long userNid, String deviceId) {
        return devices.find(userNid, deviceId).map(this::asSeen);
    }

    /// Writes down when devices were seen, and drops what expired long ago.
    void tidy() {
        Map<DeviceTable.Key, Long> seen = new HashMap<>(seenMs);
        devices.seen(seen);
        seen.forEach(seenMs::remove);
        tokens.deleteExpired(time.millis() - EXPIRED_KEPT.toMillis());
    }

    private Optional<TokenCache.Known> look(byte[] hash) {
        long ticket = cache.ticket();
        Optional<AccessRow> found = tokens.access(hash);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        AccessRow row = found.get();
        var caller = new Caller(
                new UserId(row.localpart(), server),
                row.userNid(),
                row.deviceId(),
                row.deviceNid(),
                row.admin());
        if (row.unused()) {
            tokens.accessUsed(hash, row);
            cache.forget(row.userNid());
        }
        cache.put(hash, caller, row, ticket);
        return Optional.of(new TokenCache.Known(caller, row.expiresMs()));
    }

    private Recognition welcome(TokenCache.Known known) {
        long now = time.millis();
        if (known.expiresMs().isPresent() && known.expiresMs().getAsLong() <= now) {
            return new Recognition.Refused(
                    Problem.of(ErrorCode.UNKNOWN_TOKEN, "The access token has expired.")
                            .with("soft_logout", JsonBoolean.TRUE));
        }
        Caller caller = known.caller();
        seenMs.put(new DeviceTable.Key(caller.userNid(), caller.deviceNid()), now);
        return new Recognition.Known(caller);
    }

    private Ending commit(DeviceTable.Change change, long userNid) {
        var facts = List.of(new Fact(FactKind.DEVICE_LIST, userNid, 0));
        var unit = new Unit<>(devices.changes(), change, facts, DEVICE_WEIGHT_BYTES);
        return switch (journal.commit(unit)) {
            case CommitOutcome.Committed _ -> new Ending.Ended();
            case CommitOutcome.Refused(Object reason) ->
                throw new IllegalStateException("nobody refuses device changes: " + reason);
            case CommitOutcome.Unavailable(String reason, long retryAfterMs) ->
                new Ending.Failed(Problem.retryLater(ErrorCode.UNAVAILABLE, reason, retryAfterMs));
        };
    }

    /// Devices may be removed through another node of the same region.
    private void forgetChanged(List<JournalEntry> entries) {
        for (JournalEntry entry : entries) {
            if (entry.fact().kind() == FactKind.DEVICE_LIST) {
                cache.forget(entry.fact().scope());
            }
        }
    }

    private Device asSeen(Device device) {
        Long seen = seenMs.get(new DeviceTable.Key(device.userNid(), device.deviceNid()));
        return seen == null
                ? device
                : new Device(
                        device.userNid(),
                        device.deviceNid(),
                        device.deviceId(),
                        device.displayName(),
                        seen);
    }

    private Minted mint(boolean refreshable) {
        return new Minted(
                TokenText.mint(TokenText.Kind.ACCESS, random),
                refreshable
                        ? Optional.of(TokenText.mint(TokenText.Kind.REFRESH, random))
                        : Optional.empty());
    }

    private String newDeviceId() {
        var id = new StringBuilder(DEVICE_ID_CHARS);
        for (int i = 0; i < DEVICE_ID_CHARS; i++) {
            id.append(DEVICE_ID_LETTERS.charAt(random.nextInt(DEVICE_ID_LETTERS.length())));
        }
        return id.toString();
    }

    private static Problem unknown() {
        return Problem.of(ErrorCode.UNKNOWN_TOKEN, "The access token is not known.")
                .with("soft_logout", JsonBoolean.FALSE);
    }

    private record Minted(String access, Optional<String> refresh) {

        Issue issue(long nowMs) {
            return new Issue(
                    TokenText.hash(access),
                    refresh.isPresent()
                            ? OptionalLong.of(nowMs + REFRESHABLE_LIFETIME.toMillis())
                            : OptionalLong.empty(),
                    refresh.map(TokenText::hash),
                    Optional.empty(),
                    nowMs);
        }

        Opened opened(String deviceId) {
            return new Opened(
                    deviceId,
                    access,
                    refresh,
                    refresh.isPresent()
                            ? OptionalLong.of(REFRESHABLE_LIFETIME.toMillis())
                            : OptionalLong.empty());
        }
    }
}
