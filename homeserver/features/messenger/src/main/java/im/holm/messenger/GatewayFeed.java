package im.holm.messenger;

import im.holm.journal.Journal;
import im.holm.journal.Position;
import im.holm.journal.SyncToken;
import im.holm.journal.Vector;
import im.holm.slice.Ephemeral;
import im.holm.slice.GatewayEvents.Cut;
import im.holm.slice.GatewayEvents.Event;
import im.holm.slice.GatewayEvents.Events;
import im.holm.slice.GatewayEvents.Reader;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What one connection has been told, and what comes next. Used by one thread.
///
/// Every event with a place in the journal carries a `seq`: the cut that holds it and all before
/// it. A client that comes back with its last `seq` is told what came after, and nothing twice.
final class GatewayFeed {

    /// An older `resume` is not followed up: the client reads its conversations anew.
    static final Duration RESUME_AGE_MAX = Duration.ofHours(24);

    private final Journal journal;
    private final Ephemeral ephemeral;
    private final List<Reader> readers;
    private final boolean resumed;
    private Cut told;

    private GatewayFeed(
            Journal journal,
            Ephemeral ephemeral,
            List<Reader> readers,
            Vector from,
            boolean resumed) {
        this.journal = journal;
        this.ephemeral = ephemeral;
        this.readers = readers;
        this.resumed = resumed;
        this.told = new Cut(from, 0);
    }

    /// @param resume untrusted; what cannot be followed up starts now
    static GatewayFeed open(
            Journal journal,
            Ephemeral ephemeral,
            InstantSource time,
            List<Reader> readers,
            Optional<String> resume) {
        Vector now = journal.visible();
        Optional<Vector> from = resume.flatMap(text -> cut(journal, text))
                .filter(cut -> !isTooOld(cut, time.millis()));
        return new GatewayFeed(journal, ephemeral, readers, from.orElse(now), from.isPresent());
    }

    boolean resumed() {
        return resumed;
    }

    /// Where a client goes on that has all it was told.
    String seq() {
        return journal.token(told.vector(), ephemeral.bootId(), 0).text();
    }

    /// What is new; empty frames if nothing is.
    ///
    /// @param more whether the next call has more at once
    record Step(List<String> frames, boolean more) {}

    Step next() {
        var to = new Cut(journal.visible(), ephemeral.now());
        List<Event> placed = new ArrayList<>();
        List<String> frames = new ArrayList<>();
        long upTo = Long.MAX_VALUE;
        for (Reader reader : readers) {
            Events events = reader.read(told, to);
            long last = 0;
            for (Event event : events.events()) {
                if (event.position() == Event.EPHEMERAL) {
                    frames.add(Frames.event(event.type(), Optional.empty(), event.data()));
                } else {
                    placed.add(event);
                    last = event.position();
                }
            }
            upTo = events.more() ? Math.min(upTo, last) : upTo;
        }
        boolean more = upTo < Long.MAX_VALUE;
        placed.sort(Comparator.comparingLong(Event::position));
        for (Event event : placed) {
            if (event.position() <= upTo) {
                told = new Cut(told.vector().with(event.position()), told.ephemeral());
                frames.add(Frames.event(event.type(), Optional.of(seq()), event.data()));
            }
        }
        told = new Cut(more ? told.vector() : told.vector().merge(to.vector()), to.ephemeral());
        return new Step(frames, more);
    }

    private static Optional<Vector> cut(Journal journal, String text) {
        return switch (SyncToken.parse(text)) {
            case SyncToken.Parsed.Valid(SyncToken token) -> Optional.of(journal.cut(token));
            case SyncToken.Parsed.Malformed _,
                    SyncToken.Parsed.OtherKind _,
                    SyncToken.Parsed.TooNew _ -> Optional.empty();
        };
    }

    private static boolean isTooOld(Vector cut, long nowMs) {
        long newestMs = 0;
        for (long position : cut.positions()) {
            newestMs = Math.max(newestMs, Position.millis(position));
        }
        return newestMs < nowMs - RESUME_AGE_MAX.toMillis();
    }
}
