package im.holm.bench.load;

import static im.holm.bench.load.Caller.NOTHING;
import static im.holm.bench.load.Caller.V3;

import java.net.URI;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A user with a long poll always open, who notes which messages it was given.
final class Poller implements Runnable {
    private static final int POLL_MS = 10_000;
    private static final int PATIENCE_MS = 60_000;
    private static final int PAGES_MAX = 200;
    private static final String FILTER = Caller.encoded("""
            {"presence":{"types":[]},"account_data":{"types":[]},"room":{"state":{"types":[]},\
            "ephemeral":{"types":[]},"account_data":{"types":[]},\
            "timeline":{"types":["m.room.message"],"limit":500}}}""");

    private final String token;
    private final String marker;
    private final Tally tally;
    private final long epoch_ns;
    private final Caller caller;
    private final CountDownLatch ready;
    private final BitSet[] seen;
    private final int[] highest;
    private volatile boolean over;

    /// @param marker what the bodies of the run's messages begin with
    /// @param lanes how many there are
    Poller(
            URI server,
            String token,
            String marker,
            int lanes,
            Tally tally,
            long epoch_ns,
            CountDownLatch ready) {
        this.token = token;
        this.marker = marker;
        this.tally = tally;
        this.epoch_ns = epoch_ns;
        this.ready = ready;
        this.caller = new Caller(server, tally.errors, () -> over);
        this.seen = new BitSet[lanes];
        this.highest = new int[lanes];
    }

    /// A message of the run as it stood in an answer.
    private record Hit(int lane, int seq, long due_ns) {}

    /// A room whose timeline was cut.
    private static final class Cut {
        private final String room;
        private boolean limited;
        private String prevBatch = "";

        Cut(String room) {
            this.room = room;
        }
    }

    @Override
    public void run() {
        String since = "";
        while (!over) {
            String path = V3 + "/sync?filter=" + FILTER
                    + (since.isEmpty()
                            ? "&timeout=0"
                            : "&timeout=" + POLL_MS + "&since=" + Caller.encoded(since));
            if (caller.call("GET", path, token, NOTHING, PATIENCE_MS)) {
                since = take(since);
                ready.countDown();
            }
        }
    }

    /// Notes what is in the answer, and gives the token of the next one.
    private String take(String since) {
        long now_ns = System.nanoTime();
        var hits = new ArrayList<Hit>();
        var cuts = new ArrayList<Cut>();
        var next = new StringBuilder();
        try {
            new JsonScan(caller.body(), caller.bodyLength()).run((scan, depth) -> {
                if (depth == 1 && scan.keyIs(1, "next_batch")) {
                    next.append(scan.value());
                } else if (depth == 7 && scan.keyIs(1, "rooms")) {
                    hit(scan, depth, hits);
                } else if (depth == 5 && scan.keyIs(4, "timeline")) {
                    cut(scan, cuts);
                }
            });
        } catch (IllegalArgumentException e) {
            tally.errors.count("answer is no JSON");
            return since;
        }
        if (!since.isEmpty()) {
            for (Cut cut : cuts) {
                if (cut.limited && !cut.prevBatch.isEmpty()) {
                    tally.gaps.increment();
                    hits.addAll(0, fill(cut, since));
                }
            }
        }
        hits.forEach(hit -> note(hit, now_ns));
        return next.toString();
    }

    private void hit(JsonScan scan, int depth, List<Hit> hits) {
        if (scan.isText()
                && scan.keyIs(depth, "body")
                && scan.keyIs(depth - 1, "content")
                && scan.valueStartsWith(marker)) {
            long lane = scan.number(marker.length(), 0);
            long seq = scan.number(marker.length(), 1);
            long due_us = scan.number(marker.length(), 2);
            if (lane >= 0 && lane < seen.length && seq >= 0 && seq < Integer.MAX_VALUE) {
                hits.add(new Hit((int) lane, (int) seq, epoch_ns + due_us * 1_000));
            }
        }
    }

    private static void cut(JsonScan scan, List<Cut> cuts) {
        boolean limited = scan.keyIs(5, "limited") && scan.valueIs("true");
        boolean token = scan.keyIs(5, "prev_batch");
        if (!limited && !token) {
            return;
        }
        String room = scan.key(3);
        if (cuts.isEmpty() || !cuts.getLast().room.equals(room)) {
            cuts.add(new Cut(room));
        }
        cuts.getLast().limited |= limited;
        if (token) {
            cuts.getLast().prevBatch = scan.value();
        }
    }

    /// What a client does whose timeline was cut: reads backwards to where it was.
    private List<Hit> fill(Cut cut, String since) {
        var found = new ArrayList<Hit>();
        String from = cut.prevBatch;
        for (int page = 0; page < PAGES_MAX && !from.isEmpty() && !over; page++) {
            String path = V3 + "/rooms/" + Caller.encoded(cut.room)
                    + "/messages?dir=b&limit=500&from=" + Caller.encoded(from) + "&to="
                    + Caller.encoded(since);
            if (!caller.call("GET", path, token, NOTHING, PATIENCE_MS)) {
                return found.reversed();
            }
            int before = found.size();
            var end = new StringBuilder();
            try {
                new JsonScan(caller.body(), caller.bodyLength()).run((scan, depth) -> {
                    if (depth == 3 && scan.keyIs(1, "chunk")) {
                        hit(scan, depth, found);
                    } else if (depth == 1 && scan.keyIs(1, "end")) {
                        end.append(scan.value());
                    }
                });
            } catch (IllegalArgumentException e) {
                tally.errors.count("answer is no JSON");
            }
            from = found.size() == before ? "" : end.toString();
            // Some servers pass over `to`: what was seen before ends it as well.
            if (!from.isEmpty() && known(found.getLast())) {
                found.removeIf(this::known);
                from = "";
            }
        }
        return found.reversed();
    }

    private boolean known(Hit hit) {
        return seen[hit.lane] != null && seen[hit.lane].get(hit.seq);
    }

    private void note(Hit hit, long now_ns) {
        BitSet lane = seen[hit.lane];
        if (lane == null) {
            lane = new BitSet();
            seen[hit.lane] = lane;
        }
        if (lane.get(hit.seq)) {
            tally.doubled.increment();
            return;
        }
        lane.set(hit.seq);
        if (hit.seq < highest[hit.lane]) {
            tally.outOfOrder.increment();
        }
        highest[hit.lane] = Math.max(highest[hit.lane], hit.seq);
        tally.arrived(hit.due_ns, now_ns);
    }

    /// How many of the messages acknowledged in this lane were not seen. After the poller's
    /// end.
    int missing(Lane lane) {
        BitSet missing = (BitSet) lane.acknowledged.clone();
        if (seen[lane.number] != null) {
            missing.andNot(seen[lane.number]);
        }
        return missing.cardinality();
    }

    void end() {
        over = true;
        caller.close();
    }
}
