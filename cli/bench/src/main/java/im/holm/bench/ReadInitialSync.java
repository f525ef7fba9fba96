package im.holm.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// A user of many rooms signs in on a new device: the first `/sync`, members loaded lazily, ten
/// events a room.
final class ReadInitialSync {
    private static final int EVENTS = 10;
    private static final String FILTER =
            "{\"room\":{\"state\":{\"lazy_load_members\":true},\"timeline\":{\"limit\":10}}}";

    private ReadInitialSync() {}

    /// Rooms that all of the world's users are in.
    static void build(ReadWorld world, int rooms) {
        List<Integer> others = IntStream.range(1, world.users().size()).boxed().toList();
        ReadWorld.inParallel(rooms, n -> {
            String room = world.room(0, others);
            try (Wire wire = world.wire(0)) {
                for (int i = 0; i < EVENTS; i++) {
                    ReadWorld.say(wire, room, "r" + n + "e" + i, "message " + i);
                }
            }
            if (n % 100 == 99) {
                System.err.println("bench: " + (n + 1) + " rooms or so");
            }
        });
    }

    /// @param ms of each sync, the first one of a server that has just started
    record Outcome(List<Double> ms, int bytes) {}

    static Outcome run(ReadWorld world, int times) throws IOException {
        List<Double> ms = new ArrayList<>();
        int bytes = 0;
        try (Wire wire = world.wire(0)) {
            for (int i = 0; i < times; i++) {
                long from_ns = System.nanoTime();
                bytes = wire.call("GET", ReadWorld.syncPath("", 0, FILTER), "").length();
                ms.add((System.nanoTime() - from_ns) / 1e6);
            }
        }
        return new Outcome(ms, bytes);
    }
}
