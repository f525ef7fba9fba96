package im.holm.e2ee.keys;

import im.holm.engine.Memberships;
import im.holm.engine.core.Membership;
import im.holm.engine.port.Identities;
import im.holm.journal.FactKind;
import im.holm.journal.Follower;
import im.holm.journal.JournalEntry;
import im.holm.journal.WakeUps;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.slice.Documented;
import im.holm.slice.EduOutbox;
import im.holm.slice.EduType;
import im.holm.slice.FederationRoute;
import im.holm.slice.Parameters;
import im.holm.slice.UserSource;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Tells others that a user's devices or cross-signing keys have changed: local users who share a
/// room are woken, and servers that do get `m.device_list_update` and `m.signing_key_update`
/// (server-server API, "Device Management"). What other servers tell marks their lists stale.
final class ListUpdates {

    static final String FOLLOWER = "e2ee-device-lists";
    private static final String DEVICE_EDU = "m.device_list_update";
    private static final String SIGNING_EDU = "m.signing_key_update";

    /// Changes of one user that are told in one go.
    private static final int NEWS_MAX = 100;

    private final ServerName self;
    private final Identities identities;
    private final Memberships memberships;
    private final KeyTable keys;
    private final KeyQueries queries;
    private final Commits commits;
    private final EduOutbox outbox;
    private final WakeUps wakeUps;
    private final UserSource users;

    ListUpdates(
            ServerName self,
            Identities identities,
            Memberships memberships,
            KeyTable keys,
            KeyQueries queries,
            Commits commits,
            EduOutbox outbox,
            WakeUps wakeUps,
            UserSource users) {
        this.self = self;
        this.identities = identities;
        this.memberships = memberships;
        this.keys = keys;
        this.queries = queries;
        this.commits = commits;
        this.outbox = outbox;
        this.wakeUps = wakeUps;
        this.users = users;
    }

    /// What is still to be told has rows: a cursor that is too old loses nothing but wake-ups.
    Follower follower() {
        return new Follower(FOLLOWER, this::read, _ -> keys.withNews().forEach(this::tellServers));
    }

    List<EduType> edus() {
        return List.of(
                new EduType(DEVICE_EDU, this::receive), new EduType(SIGNING_EDU, this::receive));
    }

    FederationRoute route() {
        return FederationRoute.server(
                Method.GET,
                "/_matrix/federation/v1/user/devices/{userId}",
                new Documented("getUserDevices", "r0", "KeyFederationTest"),
                this::devices);
    }

    private void read(List<JournalEntry> entries) {
        Set<Long> changed = entries.stream()
                .map(JournalEntry::fact)
                .filter(fact -> fact.kind() == FactKind.DEVICE_LIST)
                .map(fact -> fact.scope())
                .collect(Collectors.toSet());
        changed.forEach(this::wakeSharers);
        changed.forEach(this::tellServers);
    }

    private void wakeSharers(long userNid) {
        Set<Long> woken = new HashSet<>();
        for (long room : rooms(userNid)) {
            for (long sharer : memberships.localJoined(room)) {
                if (woken.add(sharer)) {
                    wakeUps.wake(sharer);
                }
            }
        }
    }

    private List<Long> rooms(long userNid) {
        return memberships.ofUser(identities.user(userNid)).stream()
                .filter(member -> member.membership() == Membership.JOIN)
                .map(member -> member.roomNid())
                .toList();
    }

    private void tellServers(long userNid) {
        UserId user = identities.user(userNid);
        List<KeyTable.News> news = keys.news(userNid, NEWS_MAX);
        while (!news.isEmpty()) {
            Set<ServerName> servers = new HashSet<>();
            rooms(userNid).forEach(room -> servers.addAll(memberships.servers(room)));
            servers.remove(self);
            if (!servers.isEmpty()) {
                JsonObject published = queries.ofLocal(user);
                outbox.keep(news.stream()
                        .map(each -> unit(user, each, published, servers))
                        .toList());
            }
            keys.told(userNid, news.getLast().streamId());
            news = keys.news(userNid, NEWS_MAX);
        }
    }

    private static EduOutbox.Kept unit(
            UserId user, KeyTable.News news, JsonObject published, Set<ServerName> servers) {
        return news.deviceId().isPresent()
                ? new EduOutbox.Kept(
                        DEVICE_EDU, device(user, news, news.deviceId().get(), published), servers)
                : new EduOutbox.Kept(SIGNING_EDU, signing(user, published), servers);
    }

    private static JsonObject device(
            UserId user, KeyTable.News news, String deviceId, JsonObject published) {
        var content = JsonObject.builder()
                .put("user_id", user.toString())
                .put("device_id", deviceId)
                .put("stream_id", news.streamId());
        if (news.streamId() > 1) {
            content.put("prev_id", JsonArray.of(new JsonInteger(news.streamId() - 1)));
        }
        Optional<JsonObject> found = ofUser(published, "device_keys", user)
                .flatMap(devices -> devices.object(deviceId))
                .filter(_ -> !news.deleted());
        if (found.isPresent()) {
            content.put("keys", found.get());
        } else {
            content.put("deleted", true);
        }
        return content.build();
    }

    private static JsonObject signing(UserId user, JsonObject published) {
        var content = JsonObject.builder().put("user_id", user.toString());
        for (Usage usage : List.of(Usage.MASTER, Usage.SELF_SIGNING)) {
            ofUser(published, usage.queried(), user)
                    .ifPresent(key -> content.put(usage.field(), key));
        }
        return content.build();
    }

    private static Optional<JsonObject> ofUser(JsonObject published, String field, UserId user) {
        return published.object(field).flatMap(all -> all.object(user.toString()));
    }

    /// @return whether it is durable, or of nobody whom we know
    private EduType.Outcome receive(ServerName origin, JsonObject content) {
        Optional<Long> nid = content.string("user_id")
                .flatMap(UserId::parse)
                .filter(user -> user.server().equals(origin))
                .flatMap(identities::knownUserNid)
                .filter(known -> !rooms(known).isEmpty());
        if (nid.isEmpty()) {
            return EduType.Outcome.DONE;
        }
        return commits.commit(new KeyChange.RemoteChanged(nid.get())).isPresent()
                ? EduType.Outcome.LATER
                : EduType.Outcome.DONE;
    }

    private Response devices(ServerName origin, Request request) {
        Parameters path = Parameters.of(request);
        Optional<UserId> user = path.path("userId", UserId::parse);
        if (path.failed()) {
            return path.failure();
        }
        Optional<Long> nid = user.filter(users::exists).flatMap(identities::knownUserNid);
        if (nid.isEmpty()) {
            return Response.of(Problem.of(ErrorCode.NOT_FOUND, "There is no such user."));
        }
        long streamId = keys.streamId(nid.get());
        JsonObject published = queries.ofLocal(user.get());
        List<JsonValue> devices = new ArrayList<>();
        ofUser(published, "device_keys", user.get())
                .ifPresent(all -> all.forEach((id, found) -> devices.add(
                        JsonObject.of(Map.of("device_id", new JsonString(id), "keys", found)))));
        return Response.json(JsonObject.builder()
                .put("user_id", user.get().toString())
                .put("stream_id", streamId)
                .put("devices", JsonArray.of(devices))
                .putAll(signing(user.get(), published).without("user_id"))
                .build());
    }
}
