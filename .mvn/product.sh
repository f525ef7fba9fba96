# Builds what `./holm` runs. Sourced by `holm` and `dev`, after toolchain.sh; expects $root.
#
# The product lies in cli/holm/target/run: one jar of our classes (named after its build, so that
# a running server keeps the jar it was started from), lib/ with the libraries, and `classpath`,
# which is written last and is therefore also the stamp of the build.

run=$root/cli/holm/target/run
BUILD_LOCK_WAIT_S=900

# Is something of the product newer than its last build? A deleted file shows as a newer folder.
product_is_stale() {
    [ -e "$run/classpath" ] || return 0
    newer=$(cd "$root" && find pom.xml homeserver federation e2ee media-repo appservice-bridges cli \
        \( -name target -o -path '*/src/test' -o -path cli/system-tests \) -prune \
        -o \( -name pom.xml -o -path '*/src/main*' \) -newer "$run/classpath" -print 2>/dev/null \
        | head -n 1)
    [ -n "$newer" ]
}

build_product() {
    product_is_stale || return 0
    find_maven
    take_build_lock
    if product_is_stale; then
        if [ -e "$run/classpath" ]; then
            echo "building Holm..." >&2
        else
            echo "building Holm (first time: a few minutes)..." >&2
        fi
        trap 'release_build_lock; echo "Holm could not be built: see above." >&2' EXIT
        compile_product
    fi
    trap - EXIT INT TERM HUP
    release_build_lock
}

# Maven copies resources and never takes one away: a migration that was renamed would be there twice.
drop_stale_migrations() {
    (cd "$root" && find . -path '*/target/*classes/*' -name '*.sql' -print) | while IFS= read -r copy; do
        module=${copy%%/target/*}
        case $copy in
            */target/classes/*) source=$module/src/main/resources/${copy#*/target/classes/} ;;
            *) source=$module/src/test/resources/${copy#*/target/test-classes/} ;;
        esac
        [ -e "$root/$source" ] || rm -f "$root/$copy"
    done
}

compile_product() (
    set -e
    cd "$root"
    drop_stale_migrations
    started=$run/started
    mkdir -p "$run/lib"
    touch "$started"
    # compile, not package: no test code, no test libraries, no module that the product does not use.
    maven -q -Prun -pl cli/holm -am compile >&2
    jar=$run/holm-$(date +%Y%m%d-%H%M%S)-$$.jar
    assemble "$jar"
    # The stamp carries the time at which the build began: an edit during the build counts.
    touch -r "$started" "$run/classpath.new"
    mv "$run/classpath.new" "$run/classpath"
    for old in "$run"/holm-*.jar "$run"/holm-*.aot; do
        [ "$old" = "$jar" ] || rm -f "$old"
    done
)

# Our class folders become the jar $1; libraries are copied beside it, so that another user,
# who cannot read the builder's Maven repository, can run the product.
assemble() {
    classpath=$1
    folders=
    entries=$(cat "$run/dependencies"):$root/cli/holm/target/classes
    old_ifs=$IFS
    IFS=:
    for entry in $entries; do
        IFS=$old_ifs
        if [ "${entry%/target/classes}" != "$entry" ]; then
            # A module without code yet has no folder.
            [ ! -d "$entry" ] || folders="$folders:$entry"
        else
            library=$run/lib/${entry##*/}
            [ -e "$library" ] || cp "$entry" "$library.part$$"
            [ -e "$library" ] || mv "$library.part$$" "$library"
            classpath=$classpath:$library
        fi
    done
    IFS=:
    set -- "$1"
    for folder in $folders; do
        [ -z "$folder" ] || set -- "$@" -C "$folder" .
    done
    IFS=$old_ifs
    manifest=$run/manifest
    version=$(sed -n 's/.*<version>\(.*\)<\/version>.*/\1/p' "$root/pom.xml" | head -n 1)
    printf 'Implementation-Title: Holm\nImplementation-Version: %s\n' "$version" >"$manifest"
    jar=$1
    shift
    "$JAVA_HOME/bin/jar" --create --file "$jar" --manifest "$manifest" "$@"
    printf '%s' "$classpath" >"$run/classpath.new"
}

# Serial: on heaps this small it pauses for milliseconds and costs the least memory and CPU.
jvm_options() {
    printf '%s ' "${HOLM_JAVA_OPTS:--XX:+UseSerialGC -Xms48m -Xmx${HOLM_HEAP:-512m}}" \
        -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError -Djava.awt.headless=true \
        --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
}

# The JVM's record of classes loaded and linked, for this build and this JDK (an AOT cache).
start_record() {
    classpath=$(cat "$run/classpath")
    jar=${classpath%%:*}
    printf '%s' "${jar%.jar}-$(cksum <"$JAVA_HOME/release" | cut -d ' ' -f 1).aot"
}

# Runs the demo once and lets the JVM write down what it loaded.
record_start() {
    record=$(start_record)
    if [ -e "$record" ]; then
        return 0
    fi
    echo "recording a start of Holm (once for each build, about 20 s)..." >&2
    # shellcheck disable=SC2046
    if "$JAVA_HOME/bin/java" $(jvm_options) -XX:AOTCacheOutput="$record.part" \
        -cp "$(cat "$run/classpath")" im.holm.cli.Main demo --exit >"$run/record.log" 2>&1 \
        && [ -s "$record.part" ]; then
        mv "$record.part" "$record"
    else
        rm -f "$record.part"
        tail -n 20 "$run/record.log" >&2
        echo "The start could not be recorded; Holm runs without." >&2
        exit 1
    fi
}

# One build at a time: two servers started together share it. The lock names its owner, and a
# lock whose owner is gone is taken over.
take_build_lock() {
    lock=$root/cli/holm/target/build.lock
    mkdir -p "${lock%/*}"
    waited_s=0
    until (set -C && echo $$ >"$lock") 2>/dev/null; do
        owner=$(cat "$lock" 2>/dev/null || true)
        if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
            rm -f "$lock"
            continue
        fi
        if [ "$waited_s" -ge "$BUILD_LOCK_WAIT_S" ]; then
            echo "Another build (process $owner) holds $lock for over $BUILD_LOCK_WAIT_S s." >&2
            exit 1
        fi
        sleep 1
        waited_s=$((waited_s + 1))
    done
    trap release_build_lock EXIT
    trap 'exit 130' INT TERM HUP
}

release_build_lock() {
    rm -f "$lock"
}
