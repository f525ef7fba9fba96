/// The simulation (docs/engine.md, section 9): many servers with the real engine, a network and
/// disks that fail, servers that lie, one thread, one seed.
package im.holm.engine.sim;
