package im.holm.platform.db;

/// What the embedded server runs with, beside PostgreSQL's defaults.
final class ServerConfiguration {
    private ServerConfiguration() {}

    /// The text of `holm.conf`, which `postgresql.conf` includes last.
    ///
    /// `max_wal_size` and `checkpoint_timeout` are large because each checkpoint makes the next
    /// write of every page log the page whole, which dominates the log otherwise.
    static String text(int port, boolean durable) {
        String safety = durable ? "on" : "off";
        return """
                # Written by Holm at every start; changes are lost.
                listen_addresses = '127.0.0.1'
                unix_socket_directories = ''
                port = %d
                max_connections = 100
                shared_buffers = '64MB'
                effective_cache_size = '1GB'
                random_page_cost = 1.1
                jit = off
                max_parallel_workers_per_gather = 0
                fsync = %s
                full_page_writes = %s
                synchronous_commit = %s
                wal_level = replica
                max_wal_senders = 2
                max_wal_size = '4GB'
                min_wal_size = '128MB'
                checkpoint_timeout = '15min'
                log_min_messages = warning
                log_line_prefix = '%%m [%%p] '
                log_timezone = 'UTC'
                timezone = 'UTC'
                """.formatted(port, safety, safety, safety);
    }
}
