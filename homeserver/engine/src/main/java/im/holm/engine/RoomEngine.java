package im.holm.engine;

import im.holm.engine.port.Identities;
import im.holm.engine.port.RemoteMembership;
import im.holm.engine.port.RemoteRooms;
import im.holm.engine.port.RoomStore;
import im.holm.journal.Journal;
import im.holm.journal.WakeUps;
import im.holm.protocol.signing.Signer;

import java.time.InstantSource;

/// The engine put together: give it its ports, take from it what the others call.
public final class RoomEngine {

    private final RoomCommands commands;
    private final RoomReader reader;
    private final Memberships memberships;

    /// @param signer names this server
    /// @param cacheBytes for rooms and events in memory
    public RoomEngine(
            Signer signer,
            InstantSource time,
            RoomStore store,
            Identities identities,
            Journal journal,
            RemoteRooms remoteRooms,
            RemoteMembership remoteMembership,
            WakeUps wakeUps,
            long cacheBytes) {
        var rooms = new Rooms(signer, time, store, identities, journal, cacheBytes);
        commands = new LocalCommands(rooms);
        reader = new CommittedReader(rooms, (cell, gap, limit) -> false);
        var members = new CommittedMemberships(rooms);
        memberships = members;
        journal.watch(new Waking(rooms, members, wakeUps));
    }

    public RoomCommands commands() {
        return commands;
    }

    public RoomReader reader() {
        return reader;
    }

    public Memberships memberships() {
        return memberships;
    }
}
