package im.holm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomStatus;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// Three servers do at random what users do, over links that fail at random. When all is healed,
/// they agree. A seed replays one run.
class ConvergenceTest {

    private static final int SEEDS = Integer.getInteger("holm.seeds", 40);
    private static final int ACTIONS = 60;
    private static final int HEALING_ROUNDS_MAX = 12;

    static List<Integer> seeds() {
        List<Integer> seeds = new ArrayList<>();
        for (int seed = 1; seed <= SEEDS; seed++) {
            seeds.add(seed);
        }
        return seeds;
    }

    private static final Map<String, Integer> happened = new TreeMap<>();

    private final TestNetwork network = new TestNetwork();
    private final List<TestServer> servers = List.of(
            network.server("one.example"),
            network.server("two.example"),
            network.server("three.example"));

    @ParameterizedTest
    @MethodSource("seeds")
    void serversThatCanTalkAgainAgree(int seed) {
        var random = new Random(seed);
        RoomVersion version = seed % 2 == 0 ? RoomVersions.V11 : RoomVersions.V12;
        TestServer home = servers.getFirst();
        RoomId room = home.createRoom("admin", version);
        for (TestServer server : servers.subList(1, 3)) {
            server.join(room, "user0", home);
            network.deliver();
        }
        for (int i = 0; i < ACTIONS; i++) {
            act(room, random);
            if (random.nextInt(3) == 0) {
                network.deliver();
            }
        }
        heal(room);
        // A server whose last user was removed while it could not be reached may not ask
        // for what it lacks.
        var admitted =
                home.engine.memberships().servers(home.view(room).identity().roomNid());
        var in = servers.stream()
                .filter(server -> admitted.contains(server.name))
                .filter(server -> server.view(room).status() == RoomStatus.JOINED)
                .toList();
        assertThat(in).contains(home);
        for (TestServer server : in) {
            assertThat(server.stateIds(room))
                    .as("seed %d, %s", seed, server.name)
                    .isEqualTo(home.stateIds(room));
            assertThat(server.view(room).head().joined())
                    .isEqualTo(home.view(room).head().joined());
        }
        for (TestServer server : servers) {
            count(server, room);
            assertIntact(server, room, home);
        }
    }

    /// A set of seeds counts only if the interesting things have happened.
    @AfterAll
    static void muchHasHappened() {
        assertThat(happened)
                .hasEntrySatisfying("Accepted", times -> assertThat(times).isGreaterThan(100))
                .hasEntrySatisfying("SoftFailed", times -> assertThat(times).isPositive())
                .hasEntrySatisfying("fork", times -> assertThat(times).isGreaterThan(100))
                .hasEntrySatisfying("merge", times -> assertThat(times).isGreaterThan(100))
                .hasEntrySatisfying("gap filled", times -> assertThat(times).isPositive())
                .hasEntrySatisfying("left", times -> assertThat(times).isGreaterThan(1));
    }

    private void count(TestServer server, RoomId room) {
        server.received.forEach(
                outcome -> happened.merge(outcome.getClass().getSimpleName(), 1, Integer::sum));
        var view = server.view(room);
        Map<Integer, Integer> children = new HashMap<>();
        for (var event : view.page(Long.MAX_VALUE, true, 1_000).events()) {
            if (event.row().prev().length > 1) {
                happened.merge("merge", 1, Integer::sum);
            }
            for (int prev : event.row().prev()) {
                if (children.merge(prev, 1, Integer::sum) == 2) {
                    happened.merge("fork", 1, Integer::sum);
                }
            }
        }
        if (view.status() == RoomStatus.LEFT) {
            happened.merge("left", 1, Integer::sum);
        }
    }

    /// A restart changes nothing, and the states at events that two servers have are the same.
    private void assertIntact(TestServer server, RoomId room, TestServer home) {
        Map<StateKey, EventId> before = server.stateIds(room);
        server.restart();
        assertThat(server.stateIds(room)).isEqualTo(before);
        var view = server.view(room);
        assertThat(view.head().joined()).isEqualTo((int) before.keySet().stream()
                .filter(key -> key.type().equals("m.room.member"))
                .filter(key -> view.stateEvent(key)
                        .orElseThrow()
                        .content()
                        .string("membership")
                        .filter("join"::equals)
                        .isPresent())
                .count());
    }

    private void act(RoomId room, Random random) {
        TestServer server = servers.get(random.nextInt(3));
        TestServer other = servers.get(random.nextInt(3));
        String user = random.nextInt(3) == 0 && server == servers.getFirst()
                ? "admin"
                : "user" + random.nextInt(3);
        UserId target = other.user("user" + random.nextInt(3));
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3 ->
                server.send(room, user, "m.room.message", TestServer.text("m" + random.nextInt()));
            case 4, 5 ->
                server.setState(room, user, "m.room.topic", "topic", "t" + random.nextInt());
            case 6, 13 -> server.change(room, user, target, Membership.BAN);
            case 7 -> server.change(room, user, target, Membership.LEAVE);
            case 8 ->
                server.change(room, user, server.user(user), Membership.JOIN, servers.getFirst());
            case 9 -> levels(room, server, user, target, random);
            case 10 ->
                network.cut(
                        server,
                        server == other ? servers.get((servers.indexOf(other) + 1) % 3) : other);
            case 11 -> network.heal();
            case 12 -> server.peers.generosity = random.nextInt(3);
            default -> throw new AssertionError();
        }
    }

    private void levels(RoomId room, TestServer server, String user, UserId target, Random random) {
        boolean privileged = server.view(room).identity().version().privilegedCreators();
        JsonObject levels = JsonObject.EMPTY.with(target.toString(), 50L + random.nextInt(2));
        if (!privileged) {
            levels = levels.with(servers.getFirst().user("admin").toString(), 100L);
        }
        server.trySetState(room, user, "m.room.power_levels", JsonObject.of("users", levels));
    }

    private void heal(RoomId room) {
        network.heal();
        servers.forEach(server -> server.peers.generosity = 100);
        servers.forEach(TestServer::sendLostMemberships);
        for (int i = 0; i < HEALING_ROUNDS_MAX && !isOne(room); i++) {
            for (TestServer server : servers) {
                server.someoneSpeaks(room);
                network.deliver();
                if (server.fillMissed(room)) {
                    happened.merge("gap filled", 1, Integer::sum);
                }
            }
        }
    }

    private boolean isOne(RoomId room) {
        Set<Set<EventId>> ends = new HashSet<>();
        for (TestServer server : servers) {
            if (servers.getFirst().admits(server, room)) {
                Set<EventId> ids = new HashSet<>();
                var view = server.view(room);
                view.events(view.head().extremities())
                        .forEach(end -> ids.add(end.row().eventId()));
                ends.add(ids);
            }
        }
        return ends.size() == 1 && ends.iterator().next().size() == 1;
    }
}
