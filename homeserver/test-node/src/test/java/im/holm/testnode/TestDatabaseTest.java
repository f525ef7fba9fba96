package im.holm.testnode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.holm.platform.db.Database;

import org.junit.jupiter.api.Test;

import java.sql.SQLException;

class TestDatabaseTest {

    @Test
    void twoDatabasesShareTablesButNoRows() {
        try (var one = TestDatabase.with();
                var other = TestDatabase.with()) {
            one.database()
                    .useTransaction(
                            handle -> handle.execute("INSERT INTO server (name) VALUES ('a')"));

            assertThat(servers(one.database())).isEqualTo(1);
            assertThat(servers(other.database())).isZero();
        }
    }

    @Test
    void aConnectionThatIsNotGivenBackIsFound() throws SQLException {
        var database = TestDatabase.with();
        var kept = database.database().dataSource().getConnection();

        assertThatThrownBy(database::close).hasMessageContaining("1 connections");
        assertThat(kept).isNotNull();
    }

    private static int servers(Database database) {
        return database.read(handle -> handle.createQuery("SELECT count(*) FROM server")
                .mapTo(Integer.class)
                .one());
    }
}
