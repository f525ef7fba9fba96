package im.holm.protocol.bench;

import im.holm.protocol.state.StateMap;
import im.holm.protocol.state.StateResolution;
import im.holm.protocol.version.RoomVersions;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// State resolution in a room whose auth graph has 100,000 events.
@State(Scope.Thread)
public class AuthGraphBench {
    static final int EVENTS = 100_000;

    @Param({"11", "12"})
    public String version;

    /// Whether the branches share the graph (`late`) or each made half of it (`early`).
    @Param({"late", "early"})
    public String fork;

    private Dispute dispute;

    @Setup
    public void prepare() {
        var rules = RoomVersions.find(version).orElseThrow();
        dispute = fork.equals("late")
                ? Dispute.afterLongHistory(rules, EVENTS)
                : Dispute.overLongHistories(rules, EVENTS);
    }

    @Benchmark
    public StateMap resolve() {
        return StateResolution.resolve(dispute.version(), dispute.states(), dispute.room());
    }
}
