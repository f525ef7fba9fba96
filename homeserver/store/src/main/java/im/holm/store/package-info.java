/// The ports of journal and engine on PostgreSQL, and their tables (`db/store`).
///
/// SQL stands where it runs and lists its columns. What is written in the journal's transaction is
/// written with array-bound statements: one statement a table and batch, whatever the number of
/// rows.
package im.holm.store;
