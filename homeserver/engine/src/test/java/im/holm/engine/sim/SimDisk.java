package im.holm.engine.sim;

import im.holm.engine.testing.MemoryIdentities;
import im.holm.engine.testing.MemoryStore;
import im.holm.journal.JournalEntry;
import im.holm.journal.Vector;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.ServerName;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What of a server survives its death.
final class SimDisk {

    final MemoryIdentities identities = new MemoryIdentities();
    final MemoryStore store = new MemoryStore(identities);
    final List<JournalEntry> entries = new ArrayList<>();
    /// The writer slot that the server writes with, and the slots' last positions.
    int slot;
    Vector visible = Vector.ZERO;
    /// Up to where each server has got what was owed to it, as far as it was written down.
    final Map<ServerName, Vector> acknowledged = new HashMap<>();
    /// Events of other servers that came into their room through this one.
    final Set<EventId> relayed = new HashSet<>();
}
