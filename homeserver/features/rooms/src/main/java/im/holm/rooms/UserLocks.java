package im.holm.rooms;

import java.util.concurrent.locks.ReentrantLock;

/// Locks for changes that read before they write, striped by user so that their number stays small.
final class UserLocks {

    private static final int STRIPES = 64;

    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    UserLocks() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
    }

    ReentrantLock of(long userNid) {
        return stripes[(int) (userNid & (STRIPES - 1))];
    }
}
