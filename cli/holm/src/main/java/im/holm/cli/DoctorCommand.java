package im.holm.cli;

import im.holm.node.Examination;
import im.holm.platform.config.Config;
import im.holm.platform.db.Doctor.Finding;
import im.holm.platform.db.DoctorCheck;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonBoolean;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `holm doctor`: whether what is stored agrees with itself.
@Command(
        name = "doctor",
        description = "Checks the invariants of the database, whether the server runs or not. It"
                + " only reads. Exit status: 0 all hold, 1 some do not, 2 it could not look.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private static final int SHOWN_MAX = 3;

    @Mixin
    private ConfigOption config;

    @Option(names = "--room", paramLabel = "ROOM_ID", description = "Only this room.")
    private String room;

    @Option(
            names = "--full",
            description = "Compute every snapshot and every hash again, not a sample of each room.")
    private boolean full;

    @Option(names = "--json", description = "One JSON object instead of a line a check.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        Optional<Config> loaded = config.load(err);
        if (loaded.isEmpty()) {
            return Main.UNUSABLE;
        }
        return switch (Examination.of(loaded.get(), Optional.ofNullable(room), full)) {
            case Examination.Outcome.Unusable(String reason) -> {
                err.println("holm: " + reason);
                yield Main.UNUSABLE;
            }
            case Examination.Outcome.Done done -> {
                print(done);
                yield done.isSound() ? Main.DONE : Main.FAILED;
            }
        };
    }

    private void print(Examination.Outcome.Done done) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonObject.EMPTY
                    .with("ok", JsonBoolean.of(done.isSound()))
                    .with(
                            "checks",
                            JsonArray.of(done.findings().stream()
                                    .map(DoctorCommand::object)
                                    .toList())));
        } else {
            done.findings().forEach(finding -> out.println(line(finding)));
        }
        out.flush();
    }

    private static JsonObject object(Finding finding) {
        return JsonObject.EMPTY
                .with("check", finding.check())
                .with("ok", JsonBoolean.of(finding.isSound()))
                .with(
                        "violations",
                        JsonArray.of(finding.violations().stream()
                                .map(JsonString::new)
                                .toList()));
    }

    private static String line(Finding finding) {
        List<String> violations = finding.violations();
        if (violations.isEmpty()) {
            return "ok    " + finding.check();
        }
        String count = violations.size() < DoctorCheck.FINDINGS_MAX
                ? String.valueOf(violations.size())
                : DoctorCheck.FINDINGS_MAX + " or more";
        String first =
                String.join("; ", violations.subList(0, Math.min(SHOWN_MAX, violations.size())));
        return "WRONG " + finding.check() + ": " + count + " violations: " + first
                + (violations.size() > SHOWN_MAX ? "; ..." : "");
    }
}
