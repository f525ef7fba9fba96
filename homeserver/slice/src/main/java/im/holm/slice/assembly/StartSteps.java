package im.holm.slice.assembly;

import im.holm.journal.CommitLimits;
import im.holm.journal.Committer;
import im.holm.journal.FollowerCursors;
import im.holm.journal.FollowerRunner;
import im.holm.journal.JournalOpening;
import im.holm.journal.JournalStart;
import im.holm.journal.JournalStore;
import im.holm.platform.config.Config;
import im.holm.platform.config.Settings;
import im.holm.platform.jobs.Jobs;
import im.holm.platform.metrics.Metrics;
import im.holm.protocol.signing.Signer;
import im.holm.slice.Slice;

import java.time.InstantSource;
import java.util.List;

/// The steps that every start has, whatever the node is made of. Each remembers in `teardown` how
/// to undo it.
public record StartSteps(Config config, InstantSource time, Metrics metrics, Teardown teardown) {

    /// Reads the signing key in the data directory, or makes it.
    public Signer signer() throws StartRefused {
        var key = SigningKeyFile.open(
                config.get(Settings.DATA_DIR), config.get(Settings.SERVER_NAME));
        return switch (key) {
            case SigningKeyFile.Outcome.Opened(Signer signer) -> signer;
            case SigningKeyFile.Outcome.Unusable(String reason) -> throw new StartRefused(reason);
        };
    }

    /// Takes the writer slot and starts to commit.
    public Committer journal(JournalStore store) throws StartRefused, InterruptedException {
        var opening = new JournalOpening(store, time, CommitLimits.DEFAULT, metrics.registry());
        var start = opening.start(config.get(Settings.DATA_DIR));
        if (start instanceof JournalStart.Started(Committer journal)) {
            return teardown.add("journal", journal);
        }
        throw new StartRefused(start.line());
    }

    /// Starts followers and jobs of all slices.
    public void work(List<Slice> slices, Committer journal, FollowerCursors cursors) {
        var followers =
                slices.stream().flatMap(slice -> slice.followers().stream()).toList();
        teardown.add(
                        "followers",
                        new FollowerRunner(journal, cursors, time, metrics.registry(), followers))
                .start();
        var jobs = slices.stream().flatMap(slice -> slice.jobs().stream()).toList();
        teardown.add("jobs", Jobs.start(jobs, metrics));
    }
}
