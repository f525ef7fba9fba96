package im.holm.engine.sim;

/// What must happen often in a set of seeds, or its clean runs prove nothing (docs/engine.md,
/// section 9).
enum Happening {
    /// Two events follow the same one.
    FORK("fork"),
    /// An event follows three others or more, whose states differ.
    THREE_WAY_MERGE("three-way merge"),
    /// Allowed where it was sent, not by the present state of who received it.
    SOFT_FAIL("soft-fail"),
    /// A resolution that goes back behind a value that one of the branches had replaced.
    RESET_CANDIDATE("reset candidate"),
    /// The newest events came and older ones did not.
    GAP_IN_THE_MIDDLE("gap in the middle"),
    /// An event of a fetched state got its place in the timeline.
    DE_OUTLIER("de-outlier"),
    /// What was decided and not committed: the database failed or the server died.
    LOST_COMMIT("lost commit"),
    /// A transaction id came again after its event was stored.
    DUPLICATE_TRANSACTION("duplicate transaction"),
    /// A server lost its writer slot and took another.
    SLOT_LOST("slot lost");

    private final String title;

    Happening(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
