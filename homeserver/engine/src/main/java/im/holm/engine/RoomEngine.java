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
    private final RoomMembership membership;
    private final InboundRooms inbound;
    private final RoomArchive archive;
    private final RoomReader reader;
    private final Memberships memberships;

    /// @param signer names this server
    /// @param wakeUps of the local users, who are woken after each commit that concerns them
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
        var members = new CommittedMemberships(rooms);
        var restricted = new RestrictedKnowledge(rooms, members);
        var catching = new Catching(rooms, remoteRooms);
        var invites = new InvitesUnderWay();
        commands = new LocalCommands(rooms);
        membership = new LocalMembership(
                rooms,
                restricted,
                remoteMembership,
                new RemoteEntry(rooms, remoteMembership),
                invites);
        var filling = new Backfilling(rooms, remoteRooms);
        inbound = new Inbound(
                rooms,
                remoteRooms,
                catching,
                new Handshakes(rooms, remoteRooms, restricted, catching, invites),
                filling,
                new Merging(rooms, members));
        archive = new Archive(rooms);
        reader = new CommittedReader(rooms, filling);
        memberships = members;
        journal.watch(new Waking(rooms, members, wakeUps));
    }

    public RoomCommands commands() {
        return commands;
    }

    public RoomMembership membership() {
        return membership;
    }

    public InboundRooms inbound() {
        return inbound;
    }

    public RoomArchive archive() {
        return archive;
    }

    public RoomReader reader() {
        return reader;
    }

    public Memberships memberships() {
        return memberships;
    }
}
