#!/usr/bin/env bash
# Holm and Synapse on this machine, over real TLS: invites, joins both ways, history, redactions, outages.
# Not a part of CI: it fetches Synapse (PyPI, about 100 MB) into cli/system-tests/interop/.venv-synapse.
# Exit status 0 when every step passed.
#
#   synapse.sh      KEEP=1 keeps the servers' folder and logs
set -euo pipefail

SYNAPSE=matrix-synapse==1.163.2

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../../.." && pwd -P)
# shellcheck source=../../../.mvn/toolchain.sh
. "$root/.mvn/toolchain.sh"
# shellcheck source=../two-regions.sh
. "$root/cli/system-tests/two-regions.sh"
find_jdk

venv=${SYNAPSE_VENV:-$here/.venv-synapse}
if [ ! -x "$venv/bin/python" ]; then
    echo "installing $SYNAPSE into $venv (PyPI)"
    python3 -m venv "$venv"
    echo '*' >"$venv/.gitignore"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "$SYNAPSE"
fi

scratch=$(mktemp -d)

# Processes write their ids into pid files: those, and no others, are ended.
end() {
    local status=$?
    trap - EXIT
    for pid in "$scratch"/*/pid; do
        [ -e "$pid" ] && kill "$(cat "$pid")" 2>/dev/null || true
    done
    if [ "$status" -ne 0 ]; then
        for log in "$scratch"/*/log; do
            echo "--- last lines of $log"
            tail -n 40 "$log" || true
        done
    fi
    if [ -n "${KEEP:-}" ]; then echo "kept: $scratch"; else rm -rf "$scratch"; fi
    exit "$status"
}
trap end EXIT

read -r -a ports <<<"$(free_ports 6)"
make_certificate
configure holm "${ports[@]:0:4}"
mkdir -p "$scratch/synapse"
cat >"$scratch/synapse/homeserver.yaml" <<YAML
server_name: localhost:${ports[5]}
pid_file: $scratch/synapse/daemon.pid
listeners:
  - {port: ${ports[4]}, type: http, tls: false, bind_addresses: [127.0.0.1], resources: [{names: [client]}]}
  - {port: ${ports[5]}, type: http, tls: true, bind_addresses: [127.0.0.1], resources: [{names: [federation]}]}
tls_certificate_path: $scratch/tls.pem
tls_private_key_path: $scratch/tls-key.pem
federation_custom_ca_list: [$scratch/tls.pem]
federation_ip_range_blacklist: []
ip_range_blacklist: []
database: {name: sqlite3, args: {database: $scratch/synapse/homeserver.db}}
log_config: $scratch/synapse/log.yaml
media_store_path: $scratch/synapse/media
signing_key_path: $scratch/synapse/signing.key
macaroon_secret_key: for-this-run-only
registration_shared_secret: for-this-run-only
enable_registration: true
enable_registration_without_verification: true
trusted_key_servers: []
suppress_key_server_warning: true
report_stats: false
caches: {sync_response_cache_duration: 0s}
federation: {destination_min_retry_interval: 1s, destination_max_retry_interval: 2s, max_long_retry_delay: 1s}
rc_message: {per_second: 10000, burst_count: 10000}
rc_registration: {per_second: 10000, burst_count: 10000}
rc_joins: {local: {per_second: 10000, burst_count: 10000}, remote: {per_second: 10000, burst_count: 10000}}
rc_invites: {per_room: {per_second: 10000, burst_count: 10000}, per_user: {per_second: 10000, burst_count: 10000}}
rc_federation: {window_size: 1000, sleep_limit: 100000, sleep_delay: 1, reject_limit: 100000, concurrent: 100}
rc_login: {address: {per_second: 10000, burst_count: 10000}}
YAML
cat >"$scratch/synapse/log.yaml" <<YAML
version: 1
formatters: {precise: {format: '%(asctime)s %(levelname)s %(name)s %(message)s'}}
handlers: {console: {class: logging.StreamHandler, formatter: precise, stream: ext://sys.stdout}}
root: {level: INFO, handlers: [console]}
disable_existing_loggers: false
YAML
"$venv/bin/python" -m synapse.app.homeserver -c "$scratch/synapse/homeserver.yaml" --generate-keys
"$root/holm" --version >/dev/null

timeout 600 "$venv/bin/python" "$here/synapse_checks.py" "$scratch" "$root/holm" "$venv/bin/python" \
    "http://127.0.0.1:${ports[0]}" "localhost:${ports[2]}" "http://127.0.0.1:${ports[4]}" "localhost:${ports[5]}"
