package im.holm.store;

import im.holm.engine.core.RoomAppend;
import im.holm.journal.UnitWriter;
import im.holm.platform.db.Tx;

import org.jdbi.v3.core.Handle;

import java.time.InstantSource;
import java.util.List;

/// Writes the appends of a batch, of all rooms together: each table once, whatever the number of
/// rows. First the heads, which say whether an append may be written at all, then the events,
/// which say whether they are there already, then what follows from both.
final class AppendWriter implements UnitWriter<RoomAppend> {
    private final HeadRows heads;
    private final EventRows events;
    private final StateRows states;
    private final MemberRows members;
    private final EdgeRows edges;
    private final SummaryRows summaries;
    private final MentionRows mentions;

    AppendWriter(PostgresIdentities identities, InstantSource time) {
        heads = new HeadRows(time);
        events = new EventRows(identities, time);
        states = new StateRows();
        members = new MemberRows(identities);
        edges = new EdgeRows();
        summaries = new SummaryRows();
        mentions = new MentionRows(identities);
    }

    @Override
    public List<Refusal> write(Tx tx, List<Placed<RoomAppend>> units) {
        Handle handle = tx.handle();
        var refused = heads.write(handle, units);
        if (!refused.isEmpty()) {
            return events.nameDuplicates(handle, units, refused);
        }
        refused = events.insert(handle, units);
        if (!refused.isEmpty()) {
            return refused;
        }
        events.update(handle, units);
        states.write(handle, units);
        members.write(handle, units);
        edges.write(handle, units);
        mentions.write(handle, units);
        summaries.write(handle, units);
        return List.of();
    }
}
