package im.holm.platform.db;

import org.jdbi.v3.core.Handle;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads the settings on which "durable before 200" stands, and what else Holm relies on in a
/// database.
public final class DurabilityCheck {
    static final int SERVER_VERSION_MIN = 150_000;

    /// Orders text by bytes, so that indexes do not change with the system's libraries.
    private static final Set<String> COLLATIONS = Set.of("C", "POSIX");

    private DurabilityCheck() {}

    public static DurabilityVerdict of(Database database) {
        return database.read(DurabilityCheck::check);
    }

    private static DurabilityVerdict check(Handle handle) {
        List<String> reasons = new ArrayList<>();
        require(reasons, handle, "fsync", "on");
        require(reasons, handle, "full_page_writes", "on");
        if (show(handle, "synchronous_commit").equals("off")) {
            reasons.add("synchronous_commit is off, it should be on");
        }
        int version = Integer.parseInt(show(handle, "server_version_num"));
        if (version < SERVER_VERSION_MIN) {
            reasons.add("PostgreSQL is " + show(handle, "server_version")
                    + ", it should be 15 or later");
        }
        require(reasons, handle, "server_encoding", "UTF8");
        checkCollation(reasons, handle, version);
        return reasons.isEmpty()
                ? new DurabilityVerdict.Safe()
                : new DurabilityVerdict.Unsafe(List.copyOf(reasons));
    }

    private static void checkCollation(List<String> reasons, Handle handle, int version) {
        if (version < SERVER_VERSION_MIN) {
            return;
        }
        String provider = one(
                handle,
                "SELECT datlocprovider::text FROM pg_database WHERE datname = current_database()");
        boolean ordersByBytes = switch (provider) {
            case "c" ->
                COLLATIONS.contains(one(
                        handle,
                        "SELECT datcollate FROM pg_database WHERE datname = current_database()"));
            case "b" -> true;
            case String _ -> false;
        };
        if (!ordersByBytes) {
            reasons.add(
                    "the database's collation is not C: make it with LOCALE 'C' TEMPLATE template0");
        }
    }

    private static void require(List<String> reasons, Handle handle, String name, String value) {
        String found = show(handle, name);
        if (!found.equals(value)) {
            reasons.add(name + " is " + found + ", it should be " + value);
        }
    }

    private static String show(Handle handle, String name) {
        return one(handle, "SHOW " + name);
    }

    private static String one(Handle handle, String sql) {
        return handle.createQuery(sql).mapTo(String.class).one();
    }
}
