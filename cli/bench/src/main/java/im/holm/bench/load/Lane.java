package im.holm.bench.load;

import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Messages of one sender to one room, one after the other and numbered: only of those can it be
/// said in which order they must arrive.
final class Lane {
    final ReentrantLock turn = new ReentrantLock();
    final int number;
    final String token;
    final String path;
    final List<Integer> pollers;
    final BitSet acknowledged = new BitSet();
    int next;

    Lane(int number, String token, World.Room room) {
        this.number = number;
        this.token = token;
        this.path = Caller.V3 + "/rooms/" + Caller.encoded(room.id()) + "/send/m.room.message/";
        this.pollers = room.pollers();
    }
}
