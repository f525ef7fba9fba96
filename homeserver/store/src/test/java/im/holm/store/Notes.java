package im.holm.store;

import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.Unit;
import im.holm.journal.UnitWriter;
import im.holm.platform.db.Database;
import im.holm.platform.db.Tx;

import java.util.ArrayList;
import java.util.List;

/// A small table of its own, written through the journal.
final class Notes implements UnitWriter<String> {
    static final String REFUSED = "refuse me";
    static final String SPOILER = "spoils \0 the batch";

    static void createTable(Database database) {
        database.useTransaction(
                handle -> handle.execute("CREATE TABLE note (pos bigint, text text)"));
    }

    Unit<String> unit(String text) {
        return new Unit<>(this, text, List.of(new Fact(FactKind.PROFILE, 1, 0)), text.length());
    }

    Unit<String> unitOfFacts(String text, int facts) {
        var all = new ArrayList<Fact>();
        for (int i = 0; i < facts; i++) {
            all.add(new Fact(FactKind.PROFILE, 1, i));
        }
        return new Unit<>(this, text, all, text.length());
    }

    @Override
    public List<Refusal> write(Tx tx, List<Placed<String>> units) {
        var refusals = new ArrayList<Refusal>();
        for (int i = 0; i < units.size(); i++) {
            if (units.get(i).rows().equals(REFUSED)) {
                refusals.add(new Refusal(i, "as asked"));
            }
        }
        if (refusals.isEmpty()) {
            Sql.update(
                    tx.handle(),
                    """
                    INSERT INTO note (pos, text)
                    SELECT pos, text FROM unnest(?::bigint[], ?::text[]) AS u (pos, text)""",
                    Column.bigints(units, unit -> first(unit.positions())),
                    Column.texts(units, Placed::rows));
        }
        return refusals;
    }

    private static long first(long[] positions) {
        return positions.length == 0 ? 0 : positions[0];
    }

    static List<String> texts(Database database) {
        return database.read(handle -> Sql.list(
                handle, row -> row.getString("text"), "SELECT text FROM note ORDER BY pos"));
    }
}
