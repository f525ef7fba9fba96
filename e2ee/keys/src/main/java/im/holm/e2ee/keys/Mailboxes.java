package im.holm.e2ee.keys;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import im.holm.e2ee.keys.ToDeviceTable.Waiting;
import im.holm.e2ee.keys.ToDeviceTable.Write;
import im.holm.journal.CommitOutcome;
import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.Journal;
import im.holm.journal.JournalEntry;
import im.holm.journal.Unit;
import im.holm.journal.Vector;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Caller;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Gives each device its messages, each once: one that was in an answer is deleted when the device
/// comes back with the answer's token, and is given again when it comes back without.
final class Mailboxes {

    /// In one answer, as the specification recommends.
    static final int MESSAGES_MAX = 100;

    private static final int DEVICES_MAX = 50_000;
    private static final int ROW_BYTES = 64;

    private final ToDeviceTable table;
    private final Journal journal;
    /// Messages up to here have been noted in the mailboxes.
    private volatile Vector seen = Vector.ZERO;

    private final Cache<Long, Mailbox> mailboxes =
            Caffeine.newBuilder().maximumSize(DEVICES_MAX).build();

    Mailboxes(ToDeviceTable table, Journal journal) {
        this.table = table;
        this.journal = journal;
        journal.watch(this::see);
    }

    /// What is known of a device's messages without asking the database. It is put into the
    /// cache before the database is asked, so that no message comes in between unseen.
    private static final class Mailbox {
        private volatile long lastMessage;
        private volatile Optional<Vector> emptyAt = Optional.empty();

        boolean isEmpty() {
            long last = lastMessage;
            return emptyAt.filter(cut -> cut.covers(last)).isPresent();
        }
    }

    private void see(List<JournalEntry> entries, Vector now) {
        for (JournalEntry entry : entries) {
            if (entry.fact().kind() == FactKind.TO_DEVICE) {
                Mailbox mailbox = mailboxes.getIfPresent(entry.fact().ref());
                if (mailbox != null) {
                    mailbox.lastMessage = entry.position();
                }
            }
        }
        seen = now;
    }

    /// Messages within `to`, at most [#MESSAGES_MAX]; what lies within `since` is deleted.
    List<JsonObject> read(Caller caller, Optional<Vector> since, Vector to) {
        Mailbox mailbox = mailboxes.get(caller.deviceNid(), _ -> new Mailbox());
        // A reader may be woken before this has seen what it is woken for.
        if (seen.covers(to) && mailbox.isEmpty()) {
            return List.of();
        }
        List<Waiting> waiting = withoutDelivered(caller.deviceNid(), since.orElse(Vector.ZERO));
        if (waiting.isEmpty()) {
            mailbox.emptyAt = Optional.of(to);
            return List.of();
        }
        List<Waiting> within = waiting.stream()
                .filter(message -> to.covers(message.position()))
                .toList();
        if (within.size() > MESSAGES_MAX) {
            within = within.subList(0, MESSAGES_MAX);
            putLater(caller, within.getLast().seq());
        }
        return within.stream().map(Waiting::json).toList();
    }

    private List<Waiting> withoutDelivered(long deviceNid, Vector since) {
        while (true) {
            List<Waiting> waiting = table.waiting(deviceNid, MESSAGES_MAX + 1);
            List<Long> delivered = waiting.stream()
                    .filter(message -> since.covers(message.position()))
                    .map(Waiting::seq)
                    .toList();
            if (delivered.isEmpty()) {
                return waiting;
            }
            table.delete(deviceNid, delivered);
            if (delivered.size() < waiting.size() && waiting.size() <= MESSAGES_MAX) {
                List<Waiting> rest = new ArrayList<>(waiting);
                rest.removeIf(message -> delivered.contains(message.seq()));
                return rest;
            }
        }
    }

    /// The answer's token must not cover what the answer does not hold: without this there can
    /// be no answer.
    private void putLater(Caller caller, long afterSeq) {
        var facts = List.of(new Fact(FactKind.TO_DEVICE, caller.userNid(), caller.deviceNid()));
        Write write = new Write.Put(caller.deviceNid(), afterSeq);
        var outcome = journal.commit(new Unit<>(table.writer(), write, facts, ROW_BYTES));
        if (!(outcome instanceof CommitOutcome.Committed)) {
            throw new IllegalStateException("messages could not be put later: " + outcome);
        }
    }
}
