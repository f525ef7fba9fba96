/// A node for tests: chosen slices on a fresh database, real sockets on loopback.
package im.holm.testnode;
