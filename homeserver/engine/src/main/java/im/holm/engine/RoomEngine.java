package im.holm.engine;

import im.holm.engine.port.Identities;
import im.holm.engine.port.RemoteMembership;
import im.holm.engine.port.RemoteRooms;
import im.holm.engine.port.RoomStore;
import im.holm.journal.Journal;
import im.holm.journal.WakeUps;
import im.holm.platform.cache.Caches;
import im.holm.protocol.signing.Signer;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/// The engine put together: give it its ports, take from it what the others call.
public final class RoomEngine {

    private final RoomCommands commands;
    private final RoomMembership membership;
    private final InboundRooms inbound;
    private final RoomArchive archive;
    private final RoomReader reader;
    private final Memberships memberships;
    private final Inboxes inboxes;
    private final RoomPurging purging;

    /// @param signer names this server
    /// @param wakeUps of the local users, who are woken after each commit that concerns them
    /// @param caches in which rooms, events and what else is asked for often are kept
    public RoomEngine(
            Signer signer,
            InstantSource time,
            RoomStore store,
            Identities identities,
            Journal journal,
            RemoteRooms remoteRooms,
            RemoteMembership remoteMembership,
            WakeUps wakeUps,
            Caches caches) {
        this(
                signer,
                time,
                store,
                identities,
                journal,
                remoteRooms,
                remoteMembership,
                wakeUps,
                caches,
                new SecureRandom(),
                work -> Thread.ofVirtual().name("room-work").start(work));
    }

    /// As the other, with what else must be given for a run to be repeatable.
    ///
    /// @param random for ids of rooms and marks of decisions
    /// @param background runs what nobody has to wait for: at once, or in a thread of its own
    public RoomEngine(
            Signer signer,
            InstantSource time,
            RoomStore store,
            Identities identities,
            Journal journal,
            RemoteRooms remoteRooms,
            RemoteMembership remoteMembership,
            WakeUps wakeUps,
            Caches caches,
            RandomGenerator random,
            Executor background) {
        var rooms = new Rooms(signer, time, store, identities, journal, caches, random, background);
        var members = new CommittedMemberships(rooms);
        var restricted = new RestrictedKnowledge(rooms);
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
                new Merging(rooms));
        archive = new Archive(rooms);
        reader = new CommittedReader(rooms, filling, remoteRooms);
        memberships = members;
        purging = new HistoryPurging(rooms);
        inboxes = new Inboxes(journal, caches);
        journal.watch(new Waking(rooms, members, inboxes, wakeUps));
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

    public Inboxes inboxes() {
        return inboxes;
    }

    public RoomPurging purging() {
        return purging;
    }
}
