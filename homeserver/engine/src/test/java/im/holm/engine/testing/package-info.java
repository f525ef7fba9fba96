/// The engine's ports in memory, obeying the same contract as the ones on disk, and the suite that
/// shows it: for the engine's own tests, small simulations of several servers, and the store's
/// tests.
package im.holm.engine.testing;
