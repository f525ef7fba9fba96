package im.holm.cli;

import im.holm.platform.config.Config;
import im.holm.platform.http.Percent;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonWriter;
import im.holm.protocol.receipt.Explanation;
import im.holm.protocol.receipt.ExplanationJson;
import im.holm.protocol.signing.KeyRing;
import im.holm.protocol.version.RoomVersion;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `holm explain`: why an event is accepted or not.
@Command(
        name = "explain",
        description = {
            "Why an event is accepted or not: each check of its receipt, the auth rule that"
                    + " decided and the state it looked at.",
            "An event id asks the running server of the configuration; a file is explained"
                    + " offline, by what the options give."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:accepted, or nothing against it as far as could be checked",
            "1:not accepted",
            "2:it could not be told"
        },
        sortOptions = false)
final class ExplainCommand implements Callable<Integer> {

    @Parameters(paramLabel = "EVENT", description = "A file with one event, or $eventid.")
    private String event;

    @Option(
            names = "--version",
            paramLabel = "ID",
            description = "The room's version; without it that of the m.room.create event given.")
    private String version;

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "The room's state before the event: an array of events.")
    private Path state;

    @Option(
            names = "--current",
            paramLabel = "FILE",
            description = "The room's current state: an array of events.")
    private Path current;

    @Option(
            names = "--auth",
            paramLabel = "FILE",
            description = "Its auth events, as far as they are not part of the state.")
    private Path auth;

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "Servers' keys, as GET /_matrix/key/v2/server answers, or an array.")
    private Path keys;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    private boolean help;

    @Option(names = "--json", description = "Prints it as JSON.")
    private boolean asJson;

    @Mixin
    private ConfigOption config;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        try {
            return event.startsWith("$") ? askServer(err) : print(explainFile());
        } catch (ExplainFiles.Unusable unusable) {
            return unusable(unusable.getMessage(), err);
        }
    }

    private int askServer(PrintWriter err) throws ExplainFiles.Unusable {
        if (EventId.parse(event).isEmpty()) {
            throw new ExplainFiles.Unusable("'" + event + "' is no event id");
        }
        if (version != null || state != null || current != null || auth != null || keys != null) {
            throw new ExplainFiles.Unusable(
                    "the server explains its events by what it has stored, not by files");
        }
        Optional<Config> loaded = config.load(err);
        if (loaded.isEmpty()) {
            return Main.UNUSABLE;
        }
        String path = "/explain?event_id=" + Percent.encode(event);
        return switch (AdminCall.send(loaded.get(), "GET", path, Optional.empty())) {
            case AdminCall.Outcome.Answered(JsonObject report) -> print(report);
            case AdminCall.Outcome.Failed(String reason) -> unusable(reason, err);
            case AdminCall.Outcome.NoServer(String reason) -> unusable(reason, err);
        };
    }

    private JsonObject explainFile() throws ExplainFiles.Unusable {
        JsonObject json = ExplainFiles.object(Path.of(event));
        List<JsonObject> before = state == null ? List.of() : ExplainFiles.objects(state, "pdus");
        List<JsonObject> now = current == null ? List.of() : ExplainFiles.objects(current, "pdus");
        List<JsonObject> chain =
                auth == null ? List.of() : ExplainFiles.objects(auth, "auth_chain", "pdus");
        RoomVersion rules = version(json, before, now, chain);
        List<Pdu> stateBefore = ExplainFiles.events(rules, state, before);
        List<Pdu> stateNow = ExplainFiles.events(rules, current, now);
        List<Pdu> known = new ArrayList<>(ExplainFiles.events(rules, auth, chain));
        known.addAll(stateBefore);
        Optional<KeyRing> ring = keys == null ? Optional.empty() : Optional.of(KeyFile.read(keys));
        return ExplanationJson.of(Explanation.of(
                rules,
                json,
                new FileEvidence(
                        ring,
                        known,
                        state == null ? Optional.empty() : Optional.of(stateBefore),
                        current == null ? Optional.empty() : Optional.of(stateNow))));
    }

    private RoomVersion version(
            JsonObject json, List<JsonObject> before, List<JsonObject> now, List<JsonObject> chain)
            throws ExplainFiles.Unusable {
        if (version != null) {
            return ExplainFiles.known(version);
        }
        List<JsonObject> all = new ArrayList<>(List.of(json));
        all.addAll(before);
        all.addAll(now);
        all.addAll(chain);
        Optional<String> named = ExplainFiles.version(all);
        if (named.isEmpty()) {
            throw new ExplainFiles.Unusable("which room version? Give --version, or the "
                    + EventTypes.CREATE + " event in one of the files");
        }
        return ExplainFiles.known(named.get());
    }

    private int print(JsonObject report) {
        PrintWriter out = spec.commandLine().getOut();
        if (asJson) {
            out.println(new String(JsonWriter.write(report), StandardCharsets.UTF_8));
            out.flush();
        } else {
            ExplanationText.print(report, out);
        }
        return report.string("outcome").filter("accepted"::equals).isPresent()
                ? Main.DONE
                : Main.FAILED;
    }

    private static int unusable(String reason, PrintWriter err) {
        err.println("holm: " + reason);
        err.flush();
        return Main.UNUSABLE;
    }
}
