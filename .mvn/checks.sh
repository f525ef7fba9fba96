# What `./dev` does in more than a line. Sourced by `dev`, after toolchain.sh; expects $root.

# The whole suite, or the part that the arguments for Maven name. Ends with the sum of all modules
# in Surefire's own words and with the wall time.
run_tests() {
    find_jdk
    find_maven
    started_s=$(date +%s)
    drop_stale_migrations
    # Reports of an earlier run would be counted.
    find "$root" -path '*/target/surefire-reports' -type d -prune -exec rm -rf {} +
    status=0
    maven -T "${HOLM_TEST_THREADS:-1}" test "$@" || status=$?
    ended_s=$(date +%s)
    echo
    sum_reports
    echo "Wall time of ./dev test: $((ended_s - started_s)) s"
    return "$status"
}

sum_reports() {
    find "$root" -path '*/target/surefire-reports/TEST-*.xml' -exec \
        sed -n '/<testsuite /,/>/{s/.*\(<testsuite .*\)/\1/;p;}' {} + \
        | tr ' ' '\n' | awk -F'"' '
            /^tests=/    { tests += $2 }
            /^failures=/ { failures += $2 }
            /^errors=/   { errors += $2 }
            /^skipped=/  { skipped += $2 }
            END {
                printf "Tests run: %d, Failures: %d, Errors: %d, Skipped: %d\n",
                    tests, failures, errors, skipped
            }'
}

# Comments by our own rule, and first: the formatter breaks a `///` line that is too wide into one
# that does not compile. Then the code by Spotless.
format_java() {
    find "${1:-.}" -name target -prune -o -name arrows -prune -o -name '*.java' -print \
        | while IFS= read -r file; do
            awk -f "$root/.mvn/wrap-comments.awk" "$file" >"$file.wrapped"
            cmp -s "$file" "$file.wrapped" || cat "$file.wrapped" >"$file"
            rm -f "$file.wrapped"
        done
    if [ $# -gt 0 ]; then maven -q spotless:apply -pl "$1"; else maven -q spotless:apply; fi
}

# The pages that the code writes; the same test fails when they have drifted.
write_docs() {
    find_jdk
    find_maven
    HOLM_WRITE_DOCS=1 maven -q -pl cli/system-tests -am test -Dtest=GeneratedPagesTest \
        -Dsurefire.failIfNoSpecifiedTests=false
    git -C "$root" --no-pager diff --stat -- docs
}

# CI as a stranger's machine would see it: a clone of what is committed, an empty Maven repository.
fresh_ci() {
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    trap 'exit 130' INT TERM HUP
    git clone -q "$root" "$scratch/holm"
    MAVEN_OPTS="-Dmaven.repo.local=$scratch/m2 ${MAVEN_OPTS:-}"
    export MAVEN_OPTS
    bash "$scratch/holm/.ci/run"
}

# The embedded PostgreSQL has no psql of its own: the system's is used, on the port that the
# server wrote down.
open_psql() {
    data_dir=${1:-./data}
    [ $# -eq 0 ] || shift
    command -v psql >/dev/null 2>&1 || {
        echo "./dev psql needs a psql on PATH (Debian: apt-get install postgresql-client)." >&2
        exit 2
    }
    embedded=$data_dir/postgres
    [ -r "$embedded/port" ] || {
        echo "No embedded database in $data_dir." >&2
        exit 2
    }
    PGPASSWORD=$(cat "$embedded/password") exec psql -h 127.0.0.1 -p "$(cat "$embedded/port")" \
        -U holm -d holm "$@"
}

# Generated inputs for the protocol: every test of that kind for $1 seconds, with new seeds.
fuzz() {
    seconds=60
    if [ "${1:-}" = --seconds ]; then
        seconds=${2:?"--seconds takes a number"}
        shift 2
    fi
    maven -q -pl homeserver/protocol test -Dtest='*FuzzTest' "-Dholm.fuzz.seconds=$seconds" "$@"
    find "$root/homeserver/protocol/target/surefire-reports" -name '*FuzzTest.txt' \
        -exec grep -h '^Tests run' {} +
}

# Changes the rules one place at a time and asks whether a test fails (PIT). Says which changes no
# test noticed; docs/benchmarks says which of them change nothing. $@ are for Maven, for example
# -DtargetClasses=im.holm.protocol.auth.*
mutate() {
    maven -q -Pmutate -pl homeserver/protocol test-compile \
        org.pitest:pitest-maven:mutationCoverage "$@" >"$root/homeserver/protocol/target/mutate.log" 2>&1 \
        || {
            tail -n 40 "$root/homeserver/protocol/target/mutate.log"
            exit 1
        }
    sed -n '/^>> Generated [0-9]* mutations/p' "$root/homeserver/protocol/target/mutate.log"
    sed -n "/<mutation /{
        /status='\(KILLED\|TIMED_OUT\|MEMORY_ERROR\)'/d
        s/.*<mutatedClass>im.holm.protocol.\(.*\)<.mutatedClass><mutatedMethod>\(.*\)<.mutatedMethod>.*<lineNumber>\(.*\)<.lineNumber>.*<description>\(.*\)<.description>.*/\1.\2:\3 \4/p
    }" "$root/homeserver/protocol/target/pit-reports/mutations.xml" | sort
    echo "The whole report: homeserver/protocol/target/pit-reports/index.html"
}

# The simulation of many servers, from its seeds: one process, one thread. Compiled only when a
# source or a pom has changed.
simulate() {
    classpath=$root/homeserver/engine/target/run/dependencies
    newer=$(find homeserver/protocol homeserver/platform homeserver/journal homeserver/engine pom.xml \
        -name target -prune -o \( -name '*.java' -o -name pom.xml \) -newer "$classpath" -print \
        2>/dev/null | head -n 1)
    if [ ! -e "$classpath" ] || [ -n "$newer" ]; then
        maven -q -Prun -pl homeserver/engine -am test-compile
        touch "$classpath"
    fi
    exec "$JAVA_HOME/bin/java" -ea -Xmx1g -Xss8m -XX:+UseSerialGC -XX:+UseCompactObjectHeaders \
        -cp "$root/homeserver/engine/target/test-classes:$root/homeserver/engine/target/classes:$(cat "$classpath")" \
        im.holm.engine.sim.SimMain "$@"
}
