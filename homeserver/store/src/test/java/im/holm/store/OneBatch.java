package im.holm.store;

import im.holm.journal.CommitOutcome;
import im.holm.journal.CommitTicket;
import im.holm.journal.Journal;
import im.holm.journal.Unit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// Units that are committed together because the committer was busy with another batch when they
/// came.
final class OneBatch {

    private OneBatch() {}

    /// Submits all of them once the committer is held up, and lets it go.
    static List<CommitOutcome> of(Journal journal, List<? extends Unit<?>> units) {
        var busy = new CountDownLatch(1);
        var gate = new CountDownLatch(1);
        var held = journal.submit(new Unit<>(
                (tx, holders) -> {
                    busy.countDown();
                    await(gate);
                    return List.of();
                },
                "holds",
                List.of(),
                1));
        await(busy);
        var tickets = new ArrayList<CommitTicket>();
        units.forEach(unit -> tickets.add(journal.submit(unit)));
        gate.countDown();
        held.await();
        return tickets.stream().map(CommitTicket::await).toList();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
