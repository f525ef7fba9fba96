package im.holm.protocol.version;

/// Which state resolution algorithm a room version uses.
public enum StateAlgorithm {
    /// By depth (room version 1).
    V1,
    /// By power events and the mainline (versions 2 to 11).
    V2,
    /// As [#V2], but starting from an empty state and with the conflicted state subgraph
    /// (version 12).
    V2_1
}
