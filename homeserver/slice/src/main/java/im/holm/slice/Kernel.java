package im.holm.slice;

import im.holm.engine.InboundRooms;
import im.holm.engine.Inboxes;
import im.holm.engine.Memberships;
import im.holm.engine.RoomArchive;
import im.holm.engine.RoomCommands;
import im.holm.engine.RoomMembership;
import im.holm.engine.RoomPurging;
import im.holm.engine.RoomReader;
import im.holm.engine.port.Identities;
import im.holm.journal.Journal;
import im.holm.journal.WakeUps;
import im.holm.platform.cache.Caches;
import im.holm.platform.config.Config;
import im.holm.platform.db.Database;
import im.holm.platform.metrics.Metrics;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.signing.Signer;

import java.time.InstantSource;

/// What every node has below its slices. A slice's constructor takes what it needs of it.
///
/// @param caches where a slice's caches get their bytes
public record Kernel(
        ServerName serverName,
        Config config,
        InstantSource time,
        Database database,
        Journal journal,
        WakeUps wakeUps,
        Ephemeral ephemeral,
        Identities identities,
        Signer signer,
        RoomCommands commands,
        RoomMembership membership,
        InboundRooms inbound,
        RoomArchive archive,
        RoomReader rooms,
        Memberships memberships,
        Inboxes inboxes,
        RoomPurging purging,
        Caches caches,
        Metrics metrics) {}
