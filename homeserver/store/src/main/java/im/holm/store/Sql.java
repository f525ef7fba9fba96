package im.holm.store;

import org.jdbi.v3.core.Handle;
import org.postgresql.PGConnection;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Statements with parameters by position, on the connection of a handle: columns as arrays, and
/// single values.
final class Sql {

    private Sql() {}

    /// How a row is read.
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /// Runs a statement that changes rows.
    ///
    /// @return how many
    static int update(Handle handle, String sql, Object... parameters) {
        try (PreparedStatement statement = handle.getConnection().prepareStatement(sql)) {
            bind(handle.getConnection(), statement, parameters);
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new SqlFailure(e);
        }
    }

    /// Runs a statement that gives rows, also one that changes them (`RETURNING`).
    static <T> List<T> list(Handle handle, Row<T> row, String sql, Object... parameters) {
        try (PreparedStatement statement = handle.getConnection().prepareStatement(sql)) {
            bind(handle.getConnection(), statement, parameters);
            var rows = new ArrayList<T>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(row.read(result));
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new SqlFailure(e);
        }
    }

    /// Ints of an array column, empty for null.
    static int[] ints(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        if (array == null) {
            return new int[0];
        }
        var boxed = (Integer[]) array.getArray();
        int[] ints = new int[boxed.length];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = boxed[i];
        }
        return ints;
    }

    private static void bind(
            Connection connection, PreparedStatement statement, Object[] parameters)
            throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            Object parameter = parameters[i];
            if (parameter instanceof Column column) {
                statement.setArray(i + 1, column.bound(connection.unwrap(PGConnection.class)));
            } else {
                statement.setObject(i + 1, parameter);
            }
        }
    }
}
