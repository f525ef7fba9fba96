/// One room's decisions as a pure function: [im.holm.engine.core.RoomStep#step] of a state, an
/// input and the time. No threads, no clock, no SQL, no network, no randomness; what a step lacks
/// it returns as an effect, and the same input is stepped again when that has come. So a whole
/// network of servers can be replayed from a seed.
///
/// [im.holm.engine.core.RoomState] is an immutable value; the next one shares all but a few nodes
/// with it, so a speculative state beside the committed one costs little and is simply dropped when
/// its commit fails. A step works on a `RoomDraft`: it checks (`Receiving`, `Entering`, `Filling`,
/// `Importing`, `Composing`), puts events in their place (`Placing`), and ends with a
/// [im.holm.engine.core.RoomAppend] - all that one commit changes - and the state that follows.
///
/// The table of what an event can be is docs/engine.md, section 5; `Placing.Standing` has a
/// constant for each class.
package im.holm.engine.core;
