package im.holm.cli;

import im.holm.platform.config.Config;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonObject;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `holm room`: what a running server has stored of rooms.
@Command(
        name = "room",
        description = "What a running server has stored of rooms.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = {RoomCommand.Purge.class, RoomCommand.Delete.class})
final class RoomCommand {

    /// Rows are removed in steps; a room of millions of events takes minutes.
    private static final Duration DEADLINE = Duration.ofMinutes(30);

    private RoomCommand() {}

    /// `holm room purge ROOM --before DATE`.
    @Command(
            name = "purge",
            description = "Removes the history that had arrived before a day (UTC). State and what"
                    + " came after stay; other servers keep what they have.",
            mixinStandardHelpOptions = true)
    static final class Purge implements Callable<Integer> {

        @Parameters(paramLabel = "ROOM", description = "The room's id: !...")
        private String room;

        @Option(
                names = "--before",
                required = true,
                paramLabel = "DATE",
                description = "The first day that stays, such as 2026-11-25.")
        private LocalDate before;

        @Mixin
        private ConfigOption config;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            long beforeMs = before.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
            var body = JsonObject.EMPTY.with("room_id", room).with("before_ms", beforeMs);
            return ask(config, spec, "/rooms/purge", body);
        }
    }

    /// `holm room delete ROOM`.
    @Command(
            name = "delete",
            description = "Removes a room whole, once all users of this server have left it.",
            mixinStandardHelpOptions = true)
    static final class Delete implements Callable<Integer> {

        @Parameters(paramLabel = "ROOM", description = "The room's id: !...")
        private String room;

        @Mixin
        private ConfigOption config;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            return ask(config, spec, "/rooms/delete", JsonObject.EMPTY.with("room_id", room));
        }
    }

    private static int ask(ConfigOption config, CommandSpec spec, String path, JsonObject body) {
        PrintWriter err = spec.commandLine().getErr();
        Optional<Config> loaded = config.load(err);
        if (loaded.isEmpty()) {
            return Main.UNUSABLE;
        }
        return switch (AdminCall.send(loaded.get(), "POST", path, Optional.of(body), DEADLINE)) {
            case AdminCall.Outcome.Answered(JsonObject answer) -> {
                PrintWriter out = spec.commandLine().getOut();
                out.println(removed(answer) + " events removed");
                out.flush();
                yield Main.DONE;
            }
            case AdminCall.Outcome.Failed(String reason) -> {
                err.println("holm: " + reason);
                yield Main.FAILED;
            }
            case AdminCall.Outcome.NoServer(String reason) -> {
                err.println("holm: " + reason);
                yield Main.UNUSABLE;
            }
        };
    }

    private static long removed(JsonObject answer) {
        return answer.get("events").orElse(null) instanceof JsonInteger(long events) ? events : 0;
    }
}
