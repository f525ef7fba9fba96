package im.holm.engine.sim;

import im.holm.engine.InboundRooms.ReceiveOutcome;
import im.holm.engine.RoomEngine;
import im.holm.engine.RoomView;
import im.holm.engine.core.EventFlags;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.GapReason;
import im.holm.engine.core.RoomAppend;
import im.holm.journal.WakeUps;
import im.holm.platform.cache.Caches;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.Ed25519Signer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/// One server: the production engine over a disk that outlives it. It dies and starts again; a
/// call to it is one instant, in which its own other work may come between.
final class SimServer {

    private static final int CACHE_BYTES = 64 << 20;
    /// How deep other work comes between while a commit is awaited, at most.
    private static final int NESTED_MAX = 2;

    final ServerName name;
    final Ed25519Signer signer;
    final SimDisk disk = new SimDisk();
    final World world;
    final boolean hostile;
    RoomEngine engine;
    SimSender sender;
    private final SplittableRandom random;
    private final long skewMs;
    private int life;
    private int nested;
    private boolean up;

    SimServer(World world, String name, boolean hostile) {
        this.world = world;
        this.name = ServerName.of(name);
        this.hostile = hostile;
        byte[] seed = Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), 32);
        this.signer = Ed25519Signer.fromSeed(this.name, KeyId.of("ed25519:1"), seed);
        this.random = world.random.split();
        this.skewMs = random.nextInt(20_000) - 10_000;
        start();
    }

    UserId user(String localpart) {
        return new UserId(localpart, name);
    }

    boolean isUp() {
        return up;
    }

    Faults faults() {
        return world.faults;
    }

    Trace trace() {
        return world.trace;
    }

    long nowMs() {
        return world.schedule.nowMs() + skewMs;
    }

    void start() {
        life++;
        up = true;
        nested = 0;
        var journal = new SimJournal(this, disk, life);
        engine = new RoomEngine(
                signer,
                world.schedule.clock(skewMs),
                disk.store,
                disk.identities,
                journal,
                new SimRooms(world.network, name),
                new SimHandshakes(world.network, this),
                new WakeUps(),
                new Caches(CACHE_BYTES, new SimpleMeterRegistry()),
                random,
                Runnable::run);
        sender = new SimSender(this, journal, life);
        world.note(name, "start", life);
    }

    /// Ends this life in the middle of what it does.
    void die() {
        stop();
        throw new Crash(this);
    }

    /// Ends this life while it does nothing.
    void stop() {
        world.note(name, "die", life);
        up = false;
        life++;
        world.schedule.in(1 + random.nextInt(8_000), this::startAgain);
    }

    private void startAgain() {
        if (!up) {
            start();
            sender.pump();
            serve(() -> engine.inbound().retryWaiting());
        }
    }

    int life() {
        return life;
    }

    void mustBe(int expected) {
        if (life != expected) {
            throw new Crash(this);
        }
    }

    /// Lets the server do something; empty if it is down, or dies of it.
    <T> Optional<T> serve(Supplier<T> work) {
        if (!up) {
            return Optional.empty();
        }
        int depth = nested;
        try {
            T done = work.get();
            sender.pump();
            return Optional.ofNullable(done);
        } catch (Crash crash) {
            if (crash.server() != this) {
                throw crash;
            }
            return Optional.empty();
        } finally {
            nested = up ? Math.min(nested, depth) : 0;
        }
    }

    /// While a commit is awaited other things happen on this server.
    void meanwhile() {
        if (nested >= NESTED_MAX || faults().healed() || random.nextInt(4) != 0) {
            return;
        }
        int mine = life;
        nested++;
        world.clients.somethingElse(this);
        if (life == mine) {
            nested--;
        }
    }

    ReceiveOutcome receive(ServerName origin, JsonObject pdu) {
        var outcome = engine.inbound().receive(origin, pdu);
        trace().count("received: " + outcome.getClass().getSimpleName());
        world.note(name, "received", outcome);
        return outcome;
    }

    Optional<RoomView> view(RoomId room) {
        return engine.reader().room(room);
    }

    /// Before an append is written.
    void writing(Object rows) {
        if (rows instanceof RoomAppend append) {
            long nid = append.room().roomNid();
            for (var update : append.updates()) {
                boolean was = disk.store.events(nid, new int[] {update.row().ev()}).stream()
                        .anyMatch(row -> row.has(EventFlags.OUTLIER));
                if (was && !update.row().has(EventFlags.OUTLIER)) {
                    trace().count(Happening.DE_OUTLIER);
                }
            }
            List<Integer> open =
                    disk.store.gaps(nid).stream().map(gap -> gap.gap()).toList();
            append.gaps().stream()
                    .filter(gap -> gap.reason() == GapReason.MISSED && !gap.closed())
                    .filter(gap -> !open.contains(gap.gap()))
                    .forEach(gap -> trace().count(Happening.GAP_IN_THE_MIDDLE));
        }
    }

    /// After an append is durable.
    void wrote(Object rows) {
        if (rows instanceof RoomAppend append) {
            for (EventRow row : append.events()) {
                world.learn(row);
                if (row.has(EventFlags.SOFT_FAILED)) {
                    trace().count(Happening.SOFT_FAIL);
                }
                world.note(name, "event", row.ev() + " " + row.eventId() + " " + row.flags());
            }
            append.updates()
                    .forEach(update -> world.note(
                            name,
                            "change",
                            update.row().ev() + " " + update.row().flags()));
            if (!hostile) {
                world.check(this, append);
            }
        }
    }

    void committed() {
        trace().count("commits");
    }
}
