package im.holm.store;

import org.postgresql.PGConnection;

import java.sql.Array;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/// One column of the rows that a statement takes through `unnest`: an array with an element a row.
///
/// @param type of an element, by PostgreSQL's name
/// @param elements an array of Java's, of primitives where nothing can be null
record Column(String type, Object elements) {

    static <T> Column bigints(List<T> rows, ToLongFunction<T> value) {
        return new Column("int8", rows.stream().mapToLong(value).toArray());
    }

    static <T> Column nullableBigints(List<T> rows, Function<T, Long> value) {
        return new Column("int8", rows.stream().map(value).toArray(Long[]::new));
    }

    static <T> Column ints(List<T> rows, ToIntFunction<T> value) {
        return new Column("int4", rows.stream().mapToInt(value).toArray());
    }

    static <T> Column nullableInts(List<T> rows, Function<T, Integer> value) {
        return new Column("int4", rows.stream().map(value).toArray(Integer[]::new));
    }

    static <T> Column smallints(List<T> rows, ToIntFunction<T> value) {
        short[] elements = new short[rows.size()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = (short) value.applyAsInt(rows.get(i));
        }
        return new Column("int2", elements);
    }

    static <T> Column nullableSmallints(List<T> rows, Function<T, Short> value) {
        return new Column("int2", rows.stream().map(value).toArray(Short[]::new));
    }

    static <T> Column texts(List<T> rows, Function<T, String> value) {
        return new Column("text", rows.stream().map(value).toArray(String[]::new));
    }

    static <T> Column byteas(List<T> rows, Function<T, byte[]> value) {
        return new Column("bytea", rows.stream().map(value).toArray(byte[][]::new));
    }

    /// A column of arrays of ints. `unnest` flattens arrays of arrays, so each travels as its
    /// text (`{1,2}`) and is cast in the statement.
    static <T> Column intArrays(List<T> rows, Function<T, int[]> value) {
        return texts(rows, row -> literal(value.apply(row)));
    }

    static Column ofBigints(long... elements) {
        return new Column("int8", elements);
    }

    static Column ofInts(int... elements) {
        return new Column("int4", elements);
    }

    /// The column as a parameter of a statement of this connection.
    Array bound(PGConnection connection) throws SQLException {
        return connection.createArrayOf(type, elements);
    }

    private static String literal(int[] elements) {
        var text = new StringBuilder(2 + elements.length * 6).append('{');
        for (int i = 0; i < elements.length; i++) {
            if (i > 0) {
                text.append(',');
            }
            text.append(elements[i]);
        }
        return text.append('}').toString();
    }
}
