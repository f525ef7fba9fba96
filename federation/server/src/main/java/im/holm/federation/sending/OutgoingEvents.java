package im.holm.federation.sending;

import im.holm.engine.RoomArchive;
import im.holm.journal.FactKind;
import im.holm.journal.JournalEntry;
import im.holm.journal.Vector;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.ServerName;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which facts of the journal are events that we have to send, and where to: those of our users,
/// and those of others that came into their room through us.
final class OutgoingEvents {
    private final ServerName ourselves;
    private final RoomArchive archive;
    private final RelayedEvents relayed;

    OutgoingEvents(ServerName ourselves, RoomArchive archive, RelayedEvents relayed) {
        this.ourselves = ourselves;
        this.archive = archive;
        this.relayed = relayed;
    }

    /// Where an entry's event goes; empty if it goes nowhere.
    Set<ServerName> destinations(JournalEntry entry) {
        if (entry.fact().kind() != FactKind.EVENT) {
            return Set.of();
        }
        long roomNid = entry.fact().scope();
        int ev = Math.toIntExact(entry.fact().ref());
        Optional<VerifiedPdu> event = archive.event(roomNid, ev);
        if (event.isEmpty()) {
            return Set.of();
        }
        boolean ours = event.get().pdu().sender().server().equals(ourselves);
        Optional<ServerName> origin =
                ours ? Optional.empty() : relayed.originOf(event.get().eventId());
        if (!ours && origin.isEmpty()) {
            return Set.of();
        }
        Set<ServerName> destinations = new HashSet<>(archive.destinations(roomNid, ev));
        destinations.remove(ourselves);
        origin.ifPresent(destinations::remove);
        return destinations;
    }

    static QueuedEvent queued(JournalEntry entry) {
        return new QueuedEvent(
                entry.fact().scope(), Math.toIntExact(entry.fact().ref()), entry.position());
    }

    /// Our newest event of each room that a server is in, after `since`.
    List<QueuedEvent> newestOurs(ServerName server, Vector since) {
        return archive.newestOurs(server, since).stream()
                .filter(newest ->
                        archive.destinations(newest.roomNid(), newest.ev()).contains(server))
                .map(newest -> new QueuedEvent(newest.roomNid(), newest.ev(), newest.position()))
                .toList();
    }

    Optional<VerifiedPdu> event(QueuedEvent queued) {
        return archive.event(queued.roomNid(), queued.ev());
    }
}
