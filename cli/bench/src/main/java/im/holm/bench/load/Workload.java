package im.holm.bench.load;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/// What is asked of a server. Read from a file of `key = value` lines; options override.
///
/// @param zipf exponent of the rooms' sizes: the room of rank k has the share 1/k^zipf of the users
/// @param trafficZipf exponent of the rooms' shares of the messages; 0: all the same
/// @param receivers long-polling members of each room; a run for each
/// @param pollers users that poll, at least as many as receivers
/// @param open whether messages have due times (`rate_per_s`), or each sender sends the next one
///     when the last was answered
/// @param senders messages under way at most
public record Workload(
        int users,
        int rooms,
        double zipf,
        double trafficZipf,
        List<Integer> receivers,
        int pollers,
        int body_bytes,
        boolean open,
        double rate_per_s,
        int senders,
        int warmup_s,
        int duration_s,
        int trial_s,
        int drain_s,
        int p99_ms_max,
        long seed) {
    static final int USERS_MAX = 20_000;
    static final int ROOMS_MAX = 20_000;
    static final int BODY_BYTES_MIN = 64;
    static final int BODY_BYTES_MAX = 32_768;
    private static final int SECONDS_MAX = 86_400;

    /// Every key, with what it is when neither file nor option says it.
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("users", "200"),
            Map.entry("rooms", "100"),
            Map.entry("zipf", "1.0"),
            Map.entry("traffic_zipf", "0"),
            Map.entry("receivers", "1"),
            Map.entry("pollers", "20"),
            Map.entry("body_bytes", "300"),
            Map.entry("loop", "open"),
            Map.entry("rate_per_s", "50"),
            Map.entry("senders", "128"),
            Map.entry("warmup_s", "5"),
            Map.entry("duration_s", "60"),
            Map.entry("trial_s", "15"),
            Map.entry("drain_s", "30"),
            Map.entry("p99_ms_max", "1000"),
            Map.entry("seed", "1"));

    public Workload {
        receivers = List.copyOf(receivers);
    }

    /// What reading gave.
    public sealed interface Reading {
        record Read(Workload workload) implements Reading {}

        record Unusable(String reason) implements Reading {}
    }

    /// @param file null: only defaults and `overrides`
    public static Reading read(Path file, Map<String, String> overrides) {
        var values = new TreeMap<>(DEFAULTS);
        if (file != null) {
            var said = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                said.load(reader);
            } catch (NoSuchFileException e) {
                return new Reading.Unusable("there is no file " + file);
            } catch (MalformedInputException | IllegalArgumentException e) {
                return new Reading.Unusable(file + " is no text of key = value lines");
            } catch (IOException e) {
                return new Reading.Unusable("cannot read " + file + ": " + e.getMessage());
            }
            for (String key : said.stringPropertyNames()) {
                if (!DEFAULTS.containsKey(key)) {
                    return new Reading.Unusable(file + ": there is no key '" + key + "'; there are "
                            + String.join(", ", new TreeMap<>(DEFAULTS).keySet()));
                }
                values.put(key, said.getProperty(key).strip());
            }
        }
        for (String key : overrides.keySet()) {
            if (!DEFAULTS.containsKey(key)) {
                return new Reading.Unusable("there is no key '" + key + "'");
            }
        }
        values.putAll(overrides);
        var numbers = new Numbers(values);
        Workload workload = numbers.workload();
        return numbers.problems.isEmpty()
                ? new Reading.Read(workload)
                : new Reading.Unusable(String.join("; ", numbers.problems));
    }

    /// The same, but in one step of the search: `rate_per_s` for `seconds`.
    Workload at(double rate, int seconds) {
        return new Workload(
                users,
                rooms,
                zipf,
                trafficZipf,
                receivers,
                pollers,
                body_bytes,
                true,
                rate,
                senders,
                warmup_s,
                seconds,
                trial_s,
                drain_s,
                p99_ms_max,
                seed);
    }

    /// Values as numbers within their limits; what is wrong with them is collected.
    private static final class Numbers {
        private final Map<String, String> values;
        private final List<String> problems = new ArrayList<>();

        Numbers(Map<String, String> values) {
            this.values = values;
        }

        Workload workload() {
            int users = whole("users", values.get("users"), 2, USERS_MAX);
            List<Integer> receivers = new ArrayList<>();
            for (String each : values.get("receivers").split(",")) {
                receivers.add(whole("receivers", each.strip(), 1, Math.max(1, users - 1)));
            }
            int most = receivers.stream().mapToInt(n -> n).max().orElse(1);
            int pollers = Math.clamp(
                    whole("pollers", values.get("pollers"), 1, USERS_MAX),
                    most,
                    Math.max(most, users - 1));
            String loop = values.get("loop");
            if (!loop.equals("open") && !loop.equals("closed")) {
                problems.add("loop must be open or closed, not '" + loop + "'");
            }
            return new Workload(
                    users,
                    whole("rooms", values.get("rooms"), 1, ROOMS_MAX),
                    number("zipf", 0, 5),
                    number("traffic_zipf", 0, 5),
                    receivers,
                    pollers,
                    whole("body_bytes", values.get("body_bytes"), BODY_BYTES_MIN, BODY_BYTES_MAX),
                    loop.equals("open"),
                    number("rate_per_s", 0.1, 1_000_000),
                    whole("senders", values.get("senders"), 1, 4096),
                    whole("warmup_s", values.get("warmup_s"), 0, SECONDS_MAX),
                    whole("duration_s", values.get("duration_s"), 1, SECONDS_MAX),
                    whole("trial_s", values.get("trial_s"), 1, SECONDS_MAX),
                    whole("drain_s", values.get("drain_s"), 1, SECONDS_MAX),
                    whole("p99_ms_max", values.get("p99_ms_max"), 1, 3_600_000),
                    whole("seed", values.get("seed"), 0, Integer.MAX_VALUE));
        }

        private int whole(String key, String text, int min, int max) {
            try {
                int value = Integer.parseInt(text);
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            problems.add(key + " must be a whole number in " + min + ".." + max + ", not '" + text
                    + "'");
            return min;
        }

        private double number(String key, double min, double max) {
            try {
                double value = Double.parseDouble(values.get(key));
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            problems.add(key + " must be a number in " + min + ".." + max + ", not '"
                    + values.get(key) + "'");
            return min;
        }
    }
}
