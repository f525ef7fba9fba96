package im.holm.rooms;

import im.holm.engine.Memberships;
import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.journal.WakeUps;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.platform.jobs.Job;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.EduOutbox;
import im.holm.slice.EduType;
import im.holm.slice.Ephemeral;
import im.holm.slice.Fields;
import im.holm.slice.Kernel;
import im.holm.slice.Typing;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who is typing where, in memory only (client-server API, "Typing notifications"; server-server
/// API, `m.typing`).
final class TypingNotices implements Typing {

    private static final String EDU = "m.typing";

    /// Users who are shown as typing in one room at once, at most.
    static final int TYPING_MAX = 50;

    private static final Duration TICK = Duration.ofSeconds(1);

    /// Rooms that are remembered, at most.
    static final int ROOMS_MAX = 20_000;

    /// How long another server's user is shown without a further notice.
    private static final Duration REMOTE_TIMEOUT = TIMEOUT_MAX;

    private final InstantSource time;
    private final Ephemeral ephemeral;
    private final Memberships memberships;
    private final RoomReader rooms;
    private final WakeUps wakeUps;
    private final ServerName serverName;
    private final EduOutbox edus;
    private final RoomAccess access;
    private final Map<Long, RoomTyping> typing = new LinkedHashMap<>();

    TypingNotices(Kernel kernel, EduOutbox edus, RoomAccess access) {
        this.time = kernel.time();
        this.ephemeral = kernel.ephemeral();
        this.memberships = kernel.memberships();
        this.rooms = kernel.rooms();
        this.wakeUps = kernel.wakeUps();
        this.serverName = kernel.serverName();
        this.edus = edus;
        this.access = access;
    }

    /// @param until by user, when the notice ends, milliseconds since 1970
    private record RoomTyping(Map<UserId, Long> until, long changedAt) {}

    List<ClientRoute> routes() {
        return List.of(ClientRoute.user(
                Method.PUT,
                "/_matrix/client/v3/rooms/{roomId}/typing/{userId}",
                new Documented("setTyping", "r0", "TypingTest"),
                this::put));
    }

    List<EduType> edus() {
        return List.of(new EduType(EDU, this::receive));
    }

    List<Job> jobs() {
        return List.of(Job.every("typing-expiry", TICK, this::expire));
    }

    @Override
    public void set(long roomNid, UserId user, boolean isTyping, Duration timeout) {
        Duration bounded = timeout.compareTo(TIMEOUT_MAX) > 0 ? TIMEOUT_MAX : timeout;
        if (!put(roomNid, user, isTyping, bounded)) {
            return;
        }
        wake(roomNid);
        rooms.room(roomNid).ifPresent(view -> tellOthers(view, user, isTyping));
    }

    @Override
    public synchronized Set<UserId> in(long roomNid) {
        RoomTyping room = typing.get(roomNid);
        return room == null ? Set.of() : new LinkedHashSet<>(room.until().keySet());
    }

    @Override
    public synchronized long changedAt(long roomNid) {
        RoomTyping room = typing.get(roomNid);
        return room == null ? 0 : room.changedAt();
    }

    private Response put(Caller caller, Request http) {
        Fields body = Fields.of(http);
        var parameters = body.parameters(http);
        Optional<RoomId> room = parameters.path("roomId", RoomId::parse);
        Optional<UserId> user = parameters.path("userId", UserId::parse);
        Optional<Boolean> isTyping = body.optionalBool("typing");
        if (!body.has("typing")) {
            body.refuse(ErrorCode.MISSING_PARAM, "'typing' is missing");
        }
        long timeoutMs =
                body.optionalInteger("timeout", 0, Long.MAX_VALUE).orElse(TIMEOUT_MAX.toMillis());
        if (body.failed()) {
            return body.failure();
        }
        if (!user.orElseThrow().equals(caller.user())) {
            return Answers.forbidden("Only they themselves can say that somebody is typing.");
        }
        return switch (access.joined(caller.user(), room.orElseThrow())) {
            case RoomAccess.Access.Denied(Problem problem) -> Response.of(problem);
            case RoomAccess.Access.Granted(var readable) -> {
                set(
                        readable.roomNid(),
                        caller.user(),
                        isTyping.orElseThrow(),
                        Duration.ofMillis(Math.min(timeoutMs, TIMEOUT_MAX.toMillis())));
                yield Response.empty();
            }
        };
    }

    /// @return whether anything that others see has changed
    private synchronized boolean put(
            long roomNid, UserId user, boolean isTyping, Duration timeout) {
        RoomTyping room = typing.get(roomNid);
        Map<UserId, Long> until =
                room == null ? new LinkedHashMap<>() : new LinkedHashMap<>(room.until());
        boolean was = until.containsKey(user);
        if (isTyping) {
            if (!was && until.size() >= TYPING_MAX) {
                return false;
            }
            until.put(user, time.millis() + timeout.toMillis());
        } else {
            until.remove(user);
        }
        boolean changed = was != isTyping;
        long changedAt = changed ? ephemeral.advance() : room == null ? 0 : room.changedAt();
        if (changed || isTyping) {
            typing.remove(roomNid);
            typing.put(roomNid, new RoomTyping(until, changedAt));
            forgetOldest();
        }
        return changed;
    }

    /// What is forgotten is the oldest change; clients stop showing a notice by themselves.
    private void forgetOldest() {
        if (typing.size() > ROOMS_MAX) {
            Iterator<RoomTyping> oldestFirst = typing.values().iterator();
            oldestFirst.next();
            oldestFirst.remove();
        }
    }

    private void expire() {
        Set<Long> changed = new HashSet<>();
        long now = time.millis();
        synchronized (this) {
            for (var entry : typing.entrySet()) {
                Map<UserId, Long> until = new LinkedHashMap<>(entry.getValue().until());
                if (until.values().removeIf(end -> end <= now)) {
                    entry.setValue(new RoomTyping(until, ephemeral.advance()));
                    changed.add(entry.getKey());
                }
            }
        }
        changed.forEach(this::wake);
    }

    private void wake(long roomNid) {
        for (long user : memberships.localJoined(roomNid)) {
            wakeUps.wake(user);
        }
    }

    private void tellOthers(RoomView view, UserId user, boolean isTyping) {
        Set<ServerName> others =
                new HashSet<>(memberships.servers(view.identity().roomNid()));
        others.remove(serverName);
        if (others.isEmpty()) {
            return;
        }
        String room = view.identity().roomId().text();
        JsonObject content = JsonObject.builder()
                .put("room_id", room)
                .put("user_id", user.toString())
                .put("typing", isTyping)
                .build();
        edus.send(EDU, content, EDU + ' ' + room + ' ' + user, others);
    }

    private EduType.Outcome receive(ServerName origin, JsonObject content) {
        Optional<RoomView> view =
                content.string("room_id").flatMap(RoomId::parse).flatMap(rooms::room);
        Optional<UserId> user = content.string("user_id").flatMap(UserId::parse);
        Optional<Boolean> isTyping = content.bool("typing");
        if (view.isEmpty()
                || isTyping.isEmpty()
                || user.filter(known -> known.server().equals(origin)).isEmpty()) {
            return EduType.Outcome.DONE;
        }
        long roomNid = view.get().identity().roomNid();
        Optional<StoredMember> member = memberships.of(roomNid, user.get());
        if (member.filter(known -> known.membership() == Membership.JOIN).isPresent()
                && put(roomNid, user.get(), isTyping.get(), REMOTE_TIMEOUT)) {
            wake(roomNid);
        }
        return EduType.Outcome.DONE;
    }
}
