package im.holm.engine.bench;

import com.sun.management.ThreadMXBean;

import im.holm.engine.core.RoomEffect;
import im.holm.engine.core.RoomInput;
import im.holm.engine.testing.RoomSketch;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/// What deciding one message costs: composing, signing, the auth rules and the next state, on one
/// thread and without a store. Both figures are this thread's alone, so that a loaded machine
/// moves them little.
final class DecisionBench {

    private static final int WARM_UP = 20_000;
    private static final int STRETCH = 10_000;
    private static final int ROUNDS = 5;
    private static final String BODY = "x".repeat(300);

    private DecisionBench() {}

    /// @param processorNs of the thread, a message
    /// @param allocatedBytes by the thread, a message
    record Cost(double processorNs, double allocatedBytes) {

        String line() {
            return String.format(
                    Locale.ROOT,
                    "| one decision, signing included | | %.1f us | | %,.0f B | | | |",
                    processorNs / 1e3,
                    allocatedBytes);
        }
    }

    public static void main(String... arguments) {
        System.out.println(measure().line());
    }

    /// The cheapest of a few stretches: what the code costs when nobody is in its way.
    static Cost measure() {
        var room = new RoomSketch(1, "bench", DecisionBench::nothing);
        room.create();
        say(room, WARM_UP);
        Cost best = say(room, STRETCH);
        for (int i = 1; i < ROUNDS; i++) {
            Cost next = say(room, STRETCH);
            best = next.processorNs < best.processorNs ? next : best;
        }
        return best;
    }

    private static Cost say(RoomSketch room, int messages) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long processor = threads.getCurrentThreadCpuTime();
        long allocated = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < messages; i++) {
            room.say(BODY + i);
        }
        return new Cost(
                (threads.getCurrentThreadCpuTime() - processor) / (double) messages,
                (threads.getCurrentThreadAllocatedBytes() - allocated) / (double) messages);
    }

    private static RoomInput.Found nothing(RoomEffect.Lookup lookup) {
        throw new IllegalStateException("a room that has everything in memory asks for " + lookup);
    }
}
