package im.holm.platform.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.Attributes;
import javax.naming.directory.InitialDirContext;

/// DNS as this machine is configured: addresses as the system resolves them (hosts file included),
/// SRV by the JDK's own DNS client. Look-ups run on a few threads of their own, since the system's
/// resolver cannot be interrupted and would hold a virtual thread's carrier.
public final class SystemResolver implements Resolver, AutoCloseable {
    private static final int THREADS_MAX = 16;
    private static final int WAITING_MAX = 1_000;
    private static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(5);
    private static final String SRV_TIMEOUT_MS = "1500";
    private static final int RECORDS_MAX = 16;

    private final Optional<String> dnsServer;
    private final ThreadPoolExecutor lookups;

    /// As the machine is configured.
    public SystemResolver() {
        this(Optional.empty());
    }

    /// @param dnsServer `host:port` that is asked for SRV records instead of the machine's
    SystemResolver(Optional<String> dnsServer) {
        this.dnsServer = dnsServer;
        lookups = new ThreadPoolExecutor(
                THREADS_MAX,
                THREADS_MAX,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_MAX),
                Thread.ofPlatform().daemon().name("dns-", 0).factory());
        lookups.allowCoreThreadTimeOut(true);
    }

    @Override
    public Answer<InetAddress> addresses(String host) {
        Optional<InetAddress> literal = IpLiteral.parse(host);
        if (literal.isPresent()) {
            return new Answer.Found<>(List.of(literal.get()));
        }
        if (!host.matches("[A-Za-z0-9._-]{1,253}")) {
            return new Answer.None<>();
        }
        return bounded(() -> {
            try {
                InetAddress[] found = InetAddress.getAllByName(host);
                return new Answer.Found<>(
                        List.of(found).subList(0, Math.min(found.length, RECORDS_MAX)));
            } catch (UnknownHostException e) {
                return new Answer.None<>();
            }
        });
    }

    @Override
    public Answer<Srv> services(String name) {
        if (!name.matches("[A-Za-z0-9._-]{1,253}")) {
            return new Answer.None<>();
        }
        return bounded(() -> srv(name));
    }

    private <T> Answer<T> bounded(Callable<Answer<T>> lookup) {
        Future<Answer<T>> future;
        try {
            future = lookups.submit(lookup);
        } catch (RejectedExecutionException e) {
            return new Answer.Failed<>("too many DNS look-ups are waiting");
        }
        try {
            return future.get(LOOKUP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            return new Answer.Failed<>(
                    "DNS did not answer within " + LOOKUP_TIMEOUT.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.Failed<>("interrupted");
        } catch (ExecutionException e) {
            return new Answer.Failed<>("DNS failed: " + e.getCause());
        }
    }

    private Answer<Srv> srv(String name) {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put("java.naming.factory.initial", "com.sun.jndi.dns.DnsContextFactory");
        environment.put("com.sun.jndi.dns.timeout.initial", SRV_TIMEOUT_MS);
        environment.put("com.sun.jndi.dns.timeout.retries", "2");
        dnsServer.ifPresent(
                server -> environment.put("java.naming.provider.url", "dns://" + server));
        try {
            InitialDirContext dns = new InitialDirContext(environment);
            try {
                Attributes attributes = dns.getAttributes(name, new String[] {"SRV"});
                List<Srv> records = records(attributes.get("SRV"));
                return records.isEmpty()
                        ? new Answer.None<>()
                        : new Answer.Found<>(inOrder(records));
            } finally {
                dns.close();
            }
        } catch (NameNotFoundException e) {
            return new Answer.None<>();
        } catch (NamingException e) {
            return new Answer.Failed<>("DNS did not answer: " + e.getMessage());
        }
    }

    private static List<Srv> records(Attribute attribute) throws NamingException {
        List<Srv> records = new ArrayList<>();
        for (int i = 0; attribute != null && i < Math.min(attribute.size(), RECORDS_MAX); i++) {
            String[] parts = String.valueOf(attribute.get(i)).split(" ");
            boolean readable = parts.length == 4
                    && parts[0].matches("[0-9]{1,5}")
                    && parts[1].matches("[0-9]{1,5}")
                    && parts[2].matches("[1-9][0-9]{0,4}");
            // A target of "." says that the service is not offered here (RFC 2782).
            if (readable && !parts[3].equals(".")) {
                String target = parts[3].endsWith(".")
                        ? parts[3].substring(0, parts[3].length() - 1)
                        : parts[3];
                records.add(new Srv(
                        Integer.parseInt(parts[0]),
                        Integer.parseInt(parts[1]),
                        Integer.parseInt(parts[2]),
                        target));
            }
        }
        return records;
    }

    /// By priority; within one at random, in proportion to the weights (RFC 2782).
    static List<Srv> inOrder(List<Srv> records) {
        List<Srv> left = new ArrayList<>(records);
        left.sort(Comparator.comparingInt(Srv::priority).thenComparingInt(Srv::weight));
        List<Srv> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            int priority = left.getFirst().priority();
            List<Srv> group =
                    left.stream().filter(srv -> srv.priority() == priority).toList();
            int total = group.stream().mapToInt(Srv::weight).sum();
            int pick = ThreadLocalRandom.current().nextInt(total + 1);
            Srv chosen = group.getLast();
            for (Srv srv : group) {
                pick -= srv.weight();
                if (pick <= 0) {
                    chosen = srv;
                    break;
                }
            }
            ordered.add(chosen);
            left.remove(chosen);
        }
        return ordered;
    }

    @Override
    public void close() {
        lookups.shutdownNow();
    }
}
