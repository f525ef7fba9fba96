package im.holm.bench;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/// What clients cost that only wait: resident memory of the server before and after thousands of
/// them have come.
final class ReadIdle {
    private static final int PER_ADDRESS = 5_000;
    private static final long POLL_MS = 120_000;

    private ReadIdle() {}

    /// @return KiB of the server for each
    static double longPolls(ReadWorld world, Server.Running server, int count)
            throws InterruptedException {
        return measured(server, count, n -> {
            Wire wire = world.wire(n, n / PER_ADDRESS);
            String first = wire.call("GET", ReadWorld.syncPath("", 0, ""), "");
            String since = Account.field(first, "next_batch");
            wire.ask("GET", ReadWorld.syncPath(since, POLL_MS, ""), "");
            return wire;
        });
    }

    /// @param gateway the gateway's URL, seen as an HTTP one
    static double gateways(ReadWorld world, ReadWorld gateway, Server.Running server, int count)
            throws InterruptedException {
        return measured(server, count, n -> {
            List<Account> users = world.users();
            Wire wire = gateway.wire(n, n / PER_ADDRESS);
            String token = users.get(n % users.size()).token();
            wire.upgrade("/v1/gateway", "{\"type\": \"auth\", \"token\": \"" + token + "\"}");
            return wire;
        });
    }

    private interface Opening {
        Wire open(int n) throws IOException;
    }

    private static double measured(Server.Running server, int count, Opening opening)
            throws InterruptedException {
        Queue<Wire> open = new ConcurrentLinkedQueue<>();
        try {
            // Some first, so that what the first ones need once is not laid on all.
            int some = count / 10;
            ReadWorld.inParallel(some, n -> open.add(opening.open(n)));
            double before_kib = settled_kib(server);
            ReadWorld.inParallel(count - some, n -> open.add(opening.open(some + n)));
            return (settled_kib(server) - before_kib) / (count - some);
        } finally {
            open.forEach(Wire::close);
            TimeUnit.SECONDS.sleep(2);
        }
    }

    private static double settled_kib(Server.Running server) throws InterruptedException {
        TimeUnit.SECONDS.sleep(2);
        for (int i = 0; i < 2; i++) {
            Server.output(
                    System.getProperty("java.home") + "/bin/jcmd",
                    "" + server.process().pid(),
                    "GC.run");
        }
        TimeUnit.SECONDS.sleep(1);
        return server.rss_mib() * 1024;
    }
}
