package im.holm.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import im.holm.engine.port.RoomStore.SetAside;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.CanonicalJson;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Events that wait on disk for their ancestors or for a key.
final class Aside {

    /// Events of one server that may wait, at most; more are refused and come again.
    static final int PER_ORIGIN_MAX = 2_000;
    /// Events that one round looks at, at most.
    static final int ROUND_MAX = 200;
    /// Of so many the rounds take their turns.
    static final int WINDOW_MAX = 1_000;
    /// An event whose ancestors could not be had for so long is given up.
    static final Duration GIVE_UP_AFTER = Duration.ofDays(1);

    private final Rooms rooms;
    /// How many a server has waiting, as far as this run of the server knows.
    private final Cache<ServerName, AtomicInteger> waiting = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(GIVE_UP_AFTER)
            .build();
    private final AtomicInteger round = new AtomicInteger();

    Aside(Rooms rooms) {
        this.rooms = rooms;
    }

    private AtomicInteger count(ServerName origin) {
        return waiting.get(origin, name -> new AtomicInteger());
    }

    /// @return false if it could not be kept: too many, or the database does not accept writes
    boolean keep(ServerName origin, RoomCell cell, Pdu pdu) {
        if (count(origin).incrementAndGet() > PER_ORIGIN_MAX) {
            count(origin).decrementAndGet();
            return false;
        }
        try {
            boolean isNew = rooms.store()
                    .setAside(new SetAside(
                            origin,
                            pdu.eventId(),
                            cell.nid(),
                            rooms.now().toEpochMilli(),
                            CanonicalJson.write(pdu.json())));
            if (!isNew) {
                count(origin).decrementAndGet(); // sent again: it waits once
            }
            return true;
        } catch (RuntimeException e) {
            count(origin).decrementAndGet(); // the sender tries again
            return false;
        }
    }

    void drop(ServerName origin, EventId eventId) {
        rooms.store().dropSetAside(origin, eventId);
        count(origin).updateAndGet(now -> Math.max(0, now - 1));
    }

    boolean isTooOld(SetAside pdu) {
        return rooms.now().toEpochMilli() - pdu.receivedMs() > GIVE_UP_AFTER.toMillis();
    }

    /// The next that are to be looked at. Rounds take turns, so that those which can never be
    /// resolved do not keep the others from it.
    List<SetAside> round() {
        List<SetAside> window = rooms.store().setAside(WINDOW_MAX);
        int rounds = Math.max(1, (window.size() + ROUND_MAX - 1) / ROUND_MAX);
        int from = Math.floorMod(round.getAndIncrement(), rounds) * ROUND_MAX;
        return window.subList(from, Math.min(window.size(), from + ROUND_MAX));
    }
}
