package im.holm.e2ee.keys;

import im.holm.engine.Memberships;
import im.holm.engine.core.Membership;
import im.holm.engine.port.Identities;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.journal.Journal;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.json.JsonWriter;
import im.holm.slice.Servers;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Devices and cross-signing keys of other servers' users. A list is kept as long as its user
/// shares a room with one of ours, because then their server says when it changes ("Device
/// Management" of the server-server API); the update itself is only a hint: the list is fetched
/// again, whole, when somebody asks for it.
final class RemoteLists {

    /// Of one user; more are not looked at.
    static final int DEVICES_MAX = 1_000;

    /// All of one user.
    static final int LIST_MAX_BYTES = 2 << 20;

    /// Updates can get lost while servers are down: no list is trusted for longer.
    static final Duration KEPT = Duration.ofDays(1);
    private static final Duration PRUNED = Duration.ofDays(30);

    private static final String QUERY = "/_matrix/federation/v1/user/keys/query";

    private final RemoteListTable table;
    private final Servers servers;
    private final Memberships memberships;
    private final Identities identities;
    private final Journal journal;
    private final InstantSource time;

    RemoteLists(
            RemoteListTable table,
            Servers servers,
            Memberships memberships,
            Identities identities,
            Journal journal,
            InstantSource time) {
        this.table = table;
        this.servers = servers;
        this.memberships = memberships;
        this.identities = identities;
        this.journal = journal;
        this.time = time;
    }

    /// @param failed whether the server was asked in vain; then `lists` has what was known
    /// before
    record Fetched(Map<UserId, JsonObject> lists, boolean failed) {}

    /// The list, if it need not be fetched.
    Optional<JsonObject> fresh(UserId user) {
        return identities
                .knownUserNid(user)
                .flatMap(nid -> table.find(nid)
                        .filter(list -> !list.stale())
                        .filter(list -> list.fetchedMs() > time.millis() - KEPT.toMillis())
                        .filter(list -> {
                            OptionalLong since = sharingSince(user);
                            return since.isPresent() && since.getAsLong() <= list.fetchedPos();
                        })
                        .map(RemoteListTable.Stored::keys));
    }

    /// Asks one server for lists of its users.
    Fetched fetch(ServerName server, Collection<UserId> users) {
        long position = highest();
        var wanted = JsonObject.builder();
        users.forEach(user -> wanted.put(user.toString(), JsonArray.EMPTY));
        return switch (servers.post(server, QUERY, JsonObject.of("device_keys", wanted.build()))) {
            case Servers.Answer.Answered(JsonObject body) -> {
                Map<UserId, JsonObject> lists = new LinkedHashMap<>();
                for (UserId user : users) {
                    JsonObject list = list(user, body);
                    lists.put(user, list);
                    keep(user, list, position);
                }
                yield new Fetched(lists, false);
            }
            case Servers.Answer.Failed _ -> {
                Map<UserId, JsonObject> known = new LinkedHashMap<>();
                users.forEach(user -> known(user).ifPresent(list -> known.put(user, list)));
                yield new Fetched(known, true);
            }
        };
    }

    private Optional<JsonObject> known(UserId user) {
        return identities.knownUserNid(user).flatMap(table::find).map(RemoteListTable.Stored::keys);
    }

    private void keep(UserId user, JsonObject list, long position) {
        if (sharingSince(user).isPresent()) {
            table.store(
                    identities.userNid(user),
                    new RemoteListTable.Stored(list, position, time.millis(), false));
        }
    }

    /// Since when the user has been in the room that they have shared with ours for longest.
    private OptionalLong sharingSince(UserId user) {
        return memberships.ofUser(user).stream()
                .filter(member -> member.membership() == Membership.JOIN)
                .filter(member -> memberships.localJoined(member.roomNid()).length > 0)
                .mapToLong(StoredMember::pos)
                .min();
    }

    private long highest() {
        return Arrays.stream(journal.visible().positions()).max().orElse(0);
    }

    /// What the answer has about one user, if it is about them.
    private static JsonObject list(UserId user, JsonObject body) {
        var list = JsonObject.builder();
        var devices = JsonObject.builder();
        int[] count = {0};
        body.object("device_keys")
                .flatMap(all -> all.object(user.toString()))
                .ifPresent(found -> found.forEach((id, keys) -> {
                    if (isOf(user, keys)
                            && keys instanceof JsonObject device
                            && device.string("device_id").filter(id::equals).isPresent()
                            && count[0]++ < DEVICES_MAX) {
                        devices.put(id, device);
                    }
                }));
        list.put("devices", devices.build());
        for (Usage usage : new Usage[] {Usage.MASTER, Usage.SELF_SIGNING}) {
            body.object(usage.queried())
                    .flatMap(all -> all.object(user.toString()))
                    .filter(key -> isOf(user, key))
                    .filter(key -> CrossSigning.publicKey(key).isPresent())
                    .ifPresent(key -> list.put(usage.field(), key));
        }
        JsonObject whole = list.build();
        return JsonWriter.write(whole).length <= LIST_MAX_BYTES ? whole : JsonObject.EMPTY;
    }

    private static boolean isOf(UserId user, JsonValue keys) {
        return keys instanceof JsonObject object
                && object.string("user_id").filter(user.toString()::equals).isPresent();
    }

    void prune() {
        table.prune(time.millis() - PRUNED.toMillis());
    }
}
