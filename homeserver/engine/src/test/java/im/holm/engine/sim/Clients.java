package im.holm.engine.sim;

import im.holm.engine.RoomCommands.CreateOutcome;
import im.holm.engine.RoomCommands.CreateRoom;
import im.holm.engine.RoomCommands.InitialEvent;
import im.holm.engine.RoomCommands.SendEvent;
import im.holm.engine.RoomCommands.SendOutcome;
import im.holm.engine.RoomMembership.ChangeMembership;
import im.holm.engine.RoomMembership.MembershipOutcome;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomKind;
import im.holm.engine.core.TxnKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// The users: they do what users do, repeat what got no answer, and remember what was acknowledged.
final class Clients {

    private static final String[] JOIN_RULES = {"public", "public", "public", "invite", "knock"};
    private static final int USERS = 2;
    private static final int ATTEMPTS_MAX = 6;
    private static final long RETRY_MS = 2_000;

    private final World world;
    private final SplittableRandom random;
    /// What each transaction was answered with.
    private final Map<String, EventId> transactions = new TreeMap<>();
    private final List<Acknowledged> acknowledged = new ArrayList<>();
    private final List<EventId> messages = new ArrayList<>();
    private int number;

    record Acknowledged(SimServer server, EventId event) {}

    Clients(World world) {
        this.world = world;
        this.random = world.random.split();
    }

    List<Acknowledged> acknowledged() {
        return acknowledged;
    }

    /// Repeated until the server lives long enough to do it.
    RoomId createRoom(SimServer home) {
        UserId admin = home.user("admin");
        var levels = world.version.privilegedCreators()
                ? JsonObject.EMPTY
                : JsonObject.of("users", JsonObject.EMPTY.with(admin.toString(), 100));
        var create = new CreateRoom(
                admin,
                world.version,
                RoomKind.PLAIN,
                JsonObject.EMPTY,
                List.of(
                        initial("m.room.member", admin.toString(), "membership", "join"),
                        new InitialEvent("m.room.power_levels", Optional.of(""), levels),
                        initial("m.room.join_rules", "", "join_rule", "public"),
                        initial("m.room.history_visibility", "", "history_visibility", "shared")));
        while (true) {
            Optional<CreateOutcome> outcome =
                    home.serve(() -> home.engine.commands().create(create));
            if (outcome.isPresent()
                    && outcome.get() instanceof CreateOutcome.Created(RoomId id, long nid, var p)) {
                return id;
            }
            world.schedule.runUntil(world.schedule.elapsedMs() + RETRY_MS);
        }
    }

    private static InitialEvent initial(String type, String key, String name, String value) {
        return new InitialEvent(type, Optional.of(key), JsonObject.EMPTY.with(name, value));
    }

    /// Somebody does something, somewhere.
    void act() {
        SimServer server = pick();
        SimServer other = pick();
        String user = server == world.home() && random.nextBoolean() ? "admin" : anybody();
        UserId target = other.user(anybody());
        switch (random.nextInt(30)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> message(server, user);
            case 8, 9, 10 -> topic(server, user);
            case 11 -> state(server, user, "m.room.join_rules", joinRule());
            case 12, 13 -> levels(server, user, target);
            case 14 -> change(server, user, target, Membership.BAN);
            case 15, 16 -> change(server, user, target, Membership.LEAVE);
            case 17 -> change(server, user, target, Membership.INVITE);
            case 18, 19, 20, 21 -> join(server, anybody());
            case 22 -> leave(server, anybody());
            case 23, 24 -> redact(server, user);
            case 25, 26 -> cut(server, other);
            case 27 -> world.network.heal();
            case 28 -> crash(server);
            case 29 -> tend(server);
            default -> throw new AssertionError();
        }
    }

    private SimServer pick() {
        return world.servers.get(random.nextInt(world.servers.size()));
    }

    private String anybody() {
        return "u" + random.nextInt(USERS);
    }

    private JsonObject joinRule() {
        return JsonObject.EMPTY.with("join_rule", JOIN_RULES[random.nextInt(JOIN_RULES.length)]);
    }

    /// While the server waits for its disk, another of its users sends.
    void somethingElse(SimServer server) {
        if (world.room() != null) {
            if (random.nextInt(3) == 0) {
                topic(server, anybody());
            } else {
                message(server, server == world.home() ? "admin" : anybody());
            }
        }
    }

    private void message(SimServer server, String user) {
        var content = JsonObject.EMPTY.with("msgtype", "m.text").with("body", "m" + ++number);
        transaction(server, user, content, "t" + number, 0);
    }

    private void transaction(
            SimServer server, String user, JsonObject content, String id, int attempt) {
        byte[] key = Arrays.copyOf(id.getBytes(StandardCharsets.UTF_8), TxnKey.KEY_BYTES);
        var event = new SendEvent(
                world.room(),
                server.user(user),
                "m.room.message",
                Optional.empty(),
                content,
                Optional.empty(),
                Optional.of(new TxnKey(7, id, key)),
                OptionalLong.empty());
        Optional<SendOutcome> outcome =
                server.serve(() -> server.engine.commands().send(event));
        Optional<EventId> sent = outcome.flatMap(answer -> sent(server, answer, id));
        world.note(server.name, "send " + user + " " + id, outcome);
        boolean refused = outcome.isPresent()
                && outcome.get() instanceof SendOutcome.Failed(var problem)
                && problem.retryAfterMs().isEmpty();
        boolean again = sent.isPresent() ? random.nextInt(5) == 0 : !refused;
        if (again && attempt < ATTEMPTS_MAX) {
            world.schedule.in(
                    1 + random.nextLong(RETRY_MS),
                    () -> transaction(server, user, content, id, attempt + 1));
        }
    }

    private Optional<EventId> sent(SimServer server, SendOutcome outcome, String id) {
        return switch (outcome) {
            case SendOutcome.Sent(EventId event, long ts, long position) -> {
                acknowledge(server, event, id);
                messages.add(event);
                yield Optional.of(event);
            }
            case SendOutcome.Duplicate(EventId event) -> {
                world.trace.count(Happening.DUPLICATE_TRANSACTION);
                acknowledge(server, event, id);
                yield Optional.of(event);
            }
            case SendOutcome.Failed failed -> Optional.empty();
        };
    }

    private void acknowledge(SimServer server, EventId event, String id) {
        EventId first = transactions.putIfAbsent(server.name + " " + id, event);
        Violation.unless(
                first == null || first.equals(event),
                "transaction " + id + " made " + first + " and " + event);
        acknowledged.add(new Acknowledged(server, event));
    }

    private void topic(SimServer server, String user) {
        state(server, user, "m.room.topic", JsonObject.EMPTY.with("topic", "t" + ++number));
    }

    private void state(SimServer server, String user, String type, JsonObject content) {
        send(server, user, type, Optional.of(""), content, Optional.empty());
    }

    private Optional<EventId> send(
            SimServer server,
            String user,
            String type,
            Optional<String> key,
            JsonObject content,
            Optional<EventId> redacts) {
        var event = new SendEvent(
                world.room(),
                server.user(user),
                type,
                key,
                content,
                redacts,
                Optional.empty(),
                OptionalLong.empty());
        var outcome = server.serve(() -> server.engine.commands().send(event));
        world.note(server.name, "send " + user + " " + type, outcome);
        if (outcome.isPresent()
                && outcome.get() instanceof SendOutcome.Sent(var id, var ts, var p)) {
            acknowledged.add(new Acknowledged(server, id));
            return Optional.of(id);
        }
        return Optional.empty();
    }

    private void levels(SimServer server, String user, UserId target) {
        JsonObject users = JsonObject.EMPTY.with(target.toString(), 25L * random.nextInt(4));
        if (!world.version.privilegedCreators()) {
            users = users.with(world.home().user("admin").toString(), 100L);
        }
        JsonObject levels = JsonObject.of("users", users);
        if (random.nextInt(4) == 0) {
            levels = levels.with("state_default", 25L * random.nextInt(3));
        }
        state(server, user, "m.room.power_levels", levels);
    }

    private void change(SimServer server, String user, UserId target, Membership membership) {
        changed(server, server.user(user), target, membership, List.of());
    }

    private void join(SimServer server, String user) {
        List<ServerName> via =
                List.of(world.home().name, pick().name).stream().distinct().toList();
        changed(server, server.user(user), server.user(user), Membership.JOIN, via);
    }

    private void leave(SimServer server, String user) {
        changed(server, server.user(user), server.user(user), Membership.LEAVE, List.of());
    }

    private void changed(
            SimServer server,
            UserId sender,
            UserId target,
            Membership membership,
            List<ServerName> via) {
        var change = new ChangeMembership(
                sender, target, world.room(), membership, JsonObject.EMPTY, via);
        var outcome = server.serve(() -> server.engine.membership().change(change));
        world.note(server.name, membership + " " + sender + " " + target, outcome);
        if (outcome.isPresent()
                && outcome.get() instanceof MembershipOutcome.Changed(EventId id, long p)) {
            acknowledged.add(new Acknowledged(server, id));
            world.trace.count("changed: " + membership);
        }
    }

    private void redact(SimServer server, String user) {
        if (!messages.isEmpty()) {
            EventId target = messages.get(random.nextInt(messages.size()));
            JsonObject content = world.version.redactsInContent()
                    ? JsonObject.EMPTY.with("redacts", target.toString())
                    : JsonObject.EMPTY;
            send(server, user, "m.room.redaction", Optional.empty(), content, Optional.of(target))
                    .ifPresent(id -> world.trace.count("redacted"));
        }
    }

    private void cut(SimServer one, SimServer other) {
        if (one != other) {
            world.note(one.name, "cut", other.name);
            world.network.cut(one.name, other.name);
            world.trace.count("cut");
        }
    }

    private void crash(SimServer server) {
        if (server.isUp()) {
            server.stop();
            world.trace.count("crash");
        }
    }

    private void tend(SimServer server) {
        server.serve(() -> server.engine.inbound().retryWaiting());
    }

    /// Joins again, through the home.
    void enter(SimServer server) {
        for (int user = 0; user < USERS; user++) {
            UserId joining = server.user("u" + user);
            changed(server, joining, joining, Membership.JOIN, List.of(world.home().name));
            world.schedule.runAll();
        }
    }

    /// Lets most servers in before the trouble begins.
    void gather() {
        for (SimServer server : world.servers) {
            if (random.nextInt(6) != 0) {
                join(server, "u0");
                world.schedule.runUntil(world.schedule.elapsedMs() + random.nextLong(400));
            }
        }
    }

    /// Lets any local user who is in the room say something.
    boolean speak(SimServer server) {
        for (String user : List.of("admin", "u0", "u1")) {
            var content = JsonObject.EMPTY.with("msgtype", "m.text").with("body", ".");
            if (send(server, user, "m.room.message", Optional.empty(), content, Optional.empty())
                    .isPresent()) {
                return true;
            }
        }
        return false;
    }
}
