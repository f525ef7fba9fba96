# What a benchmark's report says about the machine. Sourced by the benchmarks' scripts.

machine() {
    if [ "$(uname -s)" = Darwin ]; then
        machine_cpu=$(sysctl -n machdep.cpu.brand_string)
        machine_gib=$(($(sysctl -n hw.memsize) / 1073741824))
    else
        machine_cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
        machine_gib=$(awk '/^MemTotal/ { printf "%d", $2 / 1048576 }' /proc/meminfo)
    fi
    echo "${machine_cpu:-unknown processor}, $(getconf _NPROCESSORS_ONLN) cores, $machine_gib GiB; $(uname -sm)"
}

# The load average of the last minute.
machine_load() {
    uptime | sed 's/.*averages\{0,1\}: *//; s/[, ].*//'
}
