package im.holm.federation.sending;

import im.holm.federation.sending.TransactionSender.Result;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// The sender's numbers: `holm_federation_*`. None is of one server: there may be thousands.
final class SenderMetrics {
    private final MeterRegistry registry;
    private final Map<Result, Timer> transactions = new EnumMap<>(Result.class);
    private final Counter events;

    SenderMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Result result : Result.values()) {
            transactions.put(
                    result,
                    Timer.builder("holm.federation.transactions")
                            .description("transactions sent to other servers, and their time")
                            .tag("result", result.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        events = Counter.builder("holm.federation.events.sent")
                .description("events that another server has taken, once a server")
                .register(registry);
    }

    void sent(Result result, long nanos, int pdus) {
        transactions.get(result).record(nanos, TimeUnit.NANOSECONDS);
        if (result == Result.DELIVERED) {
            events.increment(pdus);
        }
    }

    void watch(Sender sender) {
        gauge(
                "holm.federation.destinations.owed",
                "servers that something is owed to",
                sender,
                Sender::owed);
        gauge(
                "holm.federation.destinations.behind",
                "servers that have to catch up",
                sender,
                Sender::behind);
        gauge(
                "holm.federation.queue.events",
                "events in memory that wait for a server, once a server",
                sender,
                Sender::queued);
        gauge(
                "holm.federation.lag",
                "age of the oldest event that a server is owed, at most, in seconds",
                sender,
                Sender::lagSeconds);
    }

    private void gauge(
            String name, String description, Sender sender, ToDoubleFunction<Sender> value) {
        Gauge.builder(name, sender, value).description(description).register(registry);
    }
}
