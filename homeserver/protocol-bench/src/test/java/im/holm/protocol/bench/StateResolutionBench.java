package im.holm.protocol.bench;

import im.holm.protocol.state.StateMap;
import im.holm.protocol.state.StateResolution;
import im.holm.protocol.version.RoomVersions;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Two branches that disagree about half as many places as there are conflicted events.
@State(Scope.Thread)
public class StateResolutionBench {
    @Param({"100", "1000", "10000"})
    public int conflicted;

    @Param({"11", "12"})
    public String version;

    private Dispute dispute;

    @Setup
    public void prepare() {
        dispute = Dispute.of(RoomVersions.find(version).orElseThrow(), conflicted);
    }

    @Benchmark
    public StateMap resolve() {
        return StateResolution.resolve(dispute.version(), dispute.states(), dispute.room());
    }
}
