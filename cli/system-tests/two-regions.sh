# Two Holm servers with empty databases on this machine, regions eu and us. Sourced by
# interop/run and by cli/bench/smoke, which set $root and $scratch and have called find_jdk.

# free_ports COUNT
free_ports() {
    python3 - "$1" <<'PY'
import socket, sys
held = [socket.socket() for _ in range(int(sys.argv[1]))]
for each in held:
    each.bind(("127.0.0.1", 0))
print(*(each.getsockname()[1] for each in held))
PY
}

# One certificate for both federation listeners, which is also the authority they trust.
make_certificate() {
    "$JAVA_HOME/bin/keytool" -genkeypair -alias holm -keyalg EC -groupname secp256r1 \
        -dname CN=localhost -ext san=dns:localhost,ip:127.0.0.1 -validity 2 \
        -storetype PKCS12 -keystore "$scratch/tls.p12" -storepass interop 2>/dev/null
    "$JAVA_HOME/bin/keytool" -exportcert -rfc -alias holm -keystore "$scratch/tls.p12" \
        -storepass interop -file "$scratch/tls.pem" 2>/dev/null
    "$JAVA_HOME/bin/java" "$root/cli/system-tests/PemKey.java" "$scratch/tls.p12" interop \
        >"$scratch/tls-key.pem"
}

# configure REGION CLIENT_PORT GATEWAY_PORT FEDERATION_PORT MANAGEMENT_PORT
configure() {
    mkdir -p "$scratch/$1"
    cat >"$scratch/$1/holm.yaml" <<YAML
server_name: localhost:$4
region: $1
data_dir: $scratch/$1/data
client: {host: 127.0.0.1, port: $2, public_url: "http://127.0.0.1:$2"}
gateway: {host: 127.0.0.1, port: $3}
federation:
  host: 127.0.0.1
  port: $4
  tls: {certificate: $scratch/tls.pem, key: $scratch/tls-key.pem}
  trusted_ca: $scratch/tls.pem
  deny_addresses: []
management: {host: 127.0.0.1, port: $5}
registration: {mode: open}
rate_limits: false
YAML
}

# Writes both configurations; sets eu_url, eu_name, us_url and us_name.
configure_two_regions() {
    read -r -a ports <<<"$(free_ports 8)"
    make_certificate
    configure eu "${ports[@]:0:4}"
    configure us "${ports[@]:4:4}"
    eu_url=http://127.0.0.1:${ports[0]} eu_name=localhost:${ports[2]}
    us_url=http://127.0.0.1:${ports[4]} us_name=localhost:${ports[6]}
    # Builds first if it must: no start is measured or timed out with a build in it.
    "$root/holm" --version >/dev/null
}
