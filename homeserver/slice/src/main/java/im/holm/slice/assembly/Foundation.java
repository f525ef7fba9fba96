package im.holm.slice.assembly;

import im.holm.engine.RoomEngine;
import im.holm.engine.port.Identities;
import im.holm.engine.port.RemoteMembership;
import im.holm.engine.port.RemoteRooms;
import im.holm.engine.port.RoomStore;
import im.holm.journal.Journal;
import im.holm.journal.WakeUps;
import im.holm.platform.cache.Caches;
import im.holm.platform.config.Config;
import im.holm.platform.db.Database;
import im.holm.platform.metrics.Metrics;
import im.holm.protocol.signing.Signer;
import im.holm.slice.Ephemeral;
import im.holm.slice.Kernel;

import java.time.InstantSource;

/// What a node stands on, put together by who knows which store and which federation it has.
///
/// @param signer in whose name the node speaks
public record Foundation(
        Config config,
        InstantSource time,
        Database database,
        Journal journal,
        RoomStore roomStore,
        Identities identities,
        Signer signer,
        RemoteRooms remoteRooms,
        RemoteMembership remoteMembership,
        Caches caches,
        Metrics metrics) {

    /// Starts the engine on it.
    public Kernel kernel() {
        var wakeUps = new WakeUps();
        var engine = new RoomEngine(
                signer,
                time,
                roomStore,
                identities,
                journal,
                remoteRooms,
                remoteMembership,
                wakeUps,
                caches);
        return new Kernel(
                signer.server(),
                config,
                time,
                database,
                journal,
                wakeUps,
                new Ephemeral(),
                identities,
                signer,
                engine.commands(),
                engine.membership(),
                engine.inbound(),
                engine.archive(),
                engine.reader(),
                engine.memberships(),
                engine.inboxes(),
                engine.purging(),
                caches,
                metrics);
    }
}
