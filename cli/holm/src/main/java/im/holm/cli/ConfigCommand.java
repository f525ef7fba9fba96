package im.holm.cli;

import im.holm.platform.config.Config;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `holm config`: what is in force, and why.
@Command(
        name = "config",
        description = "Prints the effective configuration with the source of each value;"
                + " secrets stay hidden.",
        mixinStandardHelpOptions = true)
final class ConfigCommand implements Callable<Integer> {

    private static final int VALUE_COLUMN_MAX = 60;

    @Mixin
    private ConfigOption config;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Optional<Config> loaded = config.load(spec.commandLine().getErr());
        if (loaded.isEmpty()) {
            return Main.UNUSABLE;
        }
        var lines = loaded.get().effective();
        int key = lines.stream().mapToInt(line -> line.key().length()).max().orElse(1);
        int value = lines.stream().mapToInt(line -> line.value().length()).max().orElse(1);
        String format = "%-" + key + "s  %-" + Math.clamp(value, 1, VALUE_COLUMN_MAX) + "s  # %s%n";
        PrintWriter out = spec.commandLine().getOut();
        for (Config.Line line : lines) {
            out.printf(format, line.key(), line.value(), line.source());
        }
        out.flush();
        return Main.DONE;
    }
}
