package im.holm.engine;

import im.holm.engine.core.RoomAppend.GapChange;

/// Fills gaps of the timeline from other servers.
interface GapFilling {

    /// @return whether something was added
    boolean fill(RoomCell cell, GapChange gap, int limit);
}
