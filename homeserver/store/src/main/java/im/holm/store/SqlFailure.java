package im.holm.store;

import java.sql.SQLException;

/// A statement that the database did not carry out.
final class SqlFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SqlFailure(SQLException cause) {
        super(cause.getMessage(), cause);
    }
}
