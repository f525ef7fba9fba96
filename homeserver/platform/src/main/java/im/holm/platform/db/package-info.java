/// PostgreSQL: the embedded server, the connection pool, transactions, migrations and the check of
/// unsafe settings.
package im.holm.platform.db;
