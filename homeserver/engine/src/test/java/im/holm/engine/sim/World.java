package im.holm.engine.sim;

import im.holm.engine.core.EventFlags;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.GapReason;
import im.holm.engine.core.RoomAppend;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// One run: servers, a room, what happens to them, all from one seed and on one thread.
final class World {

    static final List<RoomVersion> VERSIONS =
            List.of(RoomVersions.V12, RoomVersions.V11, RoomVersions.V10, RoomVersions.V12);
    static final List<String> VERSION_IDS =
            VERSIONS.stream().map(RoomVersion::id).distinct().toList();

    private static final int SERVERS_MIN = 3;
    private static final int SERVERS_MAX = 9;
    /// The number of servers is the least of so many draws.
    private static final int SERVERS_DRAWS = 3;
    private static final int ACTIONS_MIN = 30;
    private static final int ACTIONS_SPREAD = 40;
    private static final long ACTION_EVERY_MS = 500;

    final long seed;
    final SplittableRandom random;
    final Trace trace;
    final Schedule schedule = new Schedule();
    final Faults faults;
    final SimNetwork network;
    final Oracle oracle;
    final RoomVersion version;
    final List<SimServer> servers = new ArrayList<>();
    final Clients clients;
    private RoomId room;

    World(long seed, Trace trace) {
        this.seed = seed;
        this.trace = trace;
        this.random = new SplittableRandom(seed);
        this.faults = new Faults(random.split());
        this.network = new SimNetwork(faults);
        this.oracle = new Oracle(trace);
        this.version = VERSIONS.get((int) Math.floorMod(seed, (long) VERSIONS.size()));
        this.clients = new Clients(this);
    }

    /// @throws Violation if something happens that must not
    void run() {
        int count = SERVERS_MAX; // few servers as a rule: the same things happen, sooner
        for (int i = 0; i < SERVERS_DRAWS; i++) {
            count = Math.min(count, random.nextInt(SERVERS_MIN, SERVERS_MAX + 1));
        }
        int hostile = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(Math.max(1, count / 3));
        for (int i = 0; i < count; i++) {
            var server = new SimServer(this, "s" + i + ".example", i >= count - hostile);
            servers.add(server);
            network.add(server);
        }
        room = clients.createRoom(home());
        clients.gather();
        var hostility = new Hostility(this);
        int actions = ACTIONS_MIN + random.nextInt(ACTIONS_SPREAD);
        for (int i = 0; i < actions; i++) {
            schedule.runUntil(schedule.elapsedMs() + random.nextLong(ACTION_EVERY_MS));
            if (hostile > 0 && random.nextInt(6) == 0) {
                hostility.act();
            } else {
                clients.act();
            }
        }
        new Agreement(this).reach();
    }

    SimServer home() {
        return servers.getFirst();
    }

    RoomId room() {
        return room;
    }

    List<SimServer> honest() {
        return servers.stream().filter(server -> !server.hostile).toList();
    }

    void note(Object who, String what, Object detail) {
        trace.line(schedule.elapsedMs(), who, what, detail);
    }

    Pdu pdu(EventRow row) {
        return PduParser.parse(version, row.json()).wellFormed().orElseThrow();
    }

    void learn(EventRow row) {
        oracle.learn(pdu(row));
    }

    /// What an honest server has just accepted is allowed, unless it went by what another had
    /// told it of a state: then it is asked again when its gap is closed.
    void check(SimServer server, RoomAppend append) {
        long nid = append.room().roomNid();
        boolean told = server.disk.store.gaps(nid).stream()
                .anyMatch(gap -> gap.reason() == GapReason.MISSED);
        if (!told) {
            append.events().forEach(row -> check(server, row));
            append.updates().forEach(update -> check(server, update.row()));
        }
    }

    void check(SimServer server, EventRow row) {
        boolean accepted = row.hasPlace() && !row.has(EventFlags.REJECTED);
        if (accepted && oracle.verdict(row.eventId()) == Oracle.Verdict.FORBIDDEN) {
            throw new Violation(server.name + " accepted " + row.eventId() + " (" + row.type()
                    + "), which is forbidden: " + oracle.reason(row.eventId()));
        }
    }
}
