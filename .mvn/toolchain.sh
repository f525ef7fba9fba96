# Finds the JDK and the Maven that Holm is built and run with. Sourced by `holm` and `dev`.
# POSIX sh: macOS still ships bash 3.2, small images have no bash at all.
#
# find_jdk    sets JAVA_HOME to the first JDK >= 25 of: JAVA_HOME, the distribution's folders,
#             SDKMAN and other version switchers, macOS's folders, PATH. Else says what to
#             install and exits with 2.
# find_maven  the same for Maven >= 3.8.7 on PATH; sets MVN.

JDK_FEATURE_MIN=25
MAVEN_MIN=3.8.7

# The feature version of the JDK in folder $1 (25 for "25.0.1"); nothing when it is no JDK.
# Reads the `release` file: starting a JVM to ask costs 40 times as much.
jdk_feature() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
    if [ -r "$1/release" ]; then
        sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
    else
        "$1/bin/java" -version 2>&1 | sed -n '1s/.*version "\([0-9]*\).*/\1/p'
    fi
}

# One candidate folder a line. Globs that match nothing stay as they are and are no JDK.
jdk_candidates() {
    printf '%s\n' "${JAVA_HOME:-}"
    printf '%s\n' /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /opt/jdk*
    [ -n "${HOME:-}" ] && printf '%s\n' \
        "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* "$HOME"/.jdks/* \
        "$HOME"/.asdf/installs/java/* "$HOME"/.local/share/mise/installs/java/* \
        "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home
    printf '%s\n' /Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home
    on_path=$(command -v javac 2>/dev/null) && [ -n "$on_path" ] && jdk_of "$on_path"
}

# The JDK folder that the command $1 belongs to, symbolic links followed.
jdk_of() {
    file=$1
    hops_left=20
    while [ -L "$file" ] && [ "$hops_left" -gt 0 ]; do
        target=$(ls -ld "$file" | sed 's/.* -> //')
        case $target in
            /*) file=$target ;;
            *) file=$(dirname "$file")/$target ;;
        esac
        hops_left=$((hops_left - 1))
    done
    (cd "$(dirname "$file")/.." 2>/dev/null && pwd -P)
}

find_jdk() {
    while IFS= read -r candidate; do
        [ -n "$candidate" ] || continue
        feature=$(jdk_feature "$candidate")
        if [ "${feature:-0}" -ge "$JDK_FEATURE_MIN" ] 2>/dev/null; then
            JAVA_HOME=$candidate
            export JAVA_HOME
            return 0
        fi
    done <<CANDIDATES
$(jdk_candidates)
CANDIDATES
    {
        echo "Holm needs a JDK of $JDK_FEATURE_MIN or later, and none was found in JAVA_HOME, /usr/lib/jvm,"
        echo "SDKMAN, the macOS folders or PATH. Install one:"
        echo
        jdk_advice
        echo
        echo "Or unpack any JDK >= $JDK_FEATURE_MIN and set JAVA_HOME to its folder. Then run this command again."
    } >&2
    exit 2
}

jdk_advice() {
    case $(os_family) in
        macos) echo "  brew install --cask temurin@25" ;;
        debian)
            echo "  sudo apt-get install openjdk-25-jdk-headless"
            echo "  (not in your release? then: sudo apt-get install temurin-25-jdk, from Adoptium's"
            echo "   repository: adoptium.net/installation/linux)"
            ;;
        fedora) echo "  sudo dnf install java-25-openjdk-devel" ;;
        suse) echo "  sudo zypper install java-25-openjdk-devel" ;;
        arch) echo "  sudo pacman -S jdk25-openjdk" ;;
        alpine) echo "  sudo apk add openjdk25-jdk" ;;
        *) echo "  any JDK $JDK_FEATURE_MIN, for example from adoptium.net" ;;
    esac
    echo "or, on any Linux or macOS, with SDKMAN (sdkman.io):"
    echo "  sdk install java 25-tem"
}

find_maven() {
    MVN=$(command -v mvn 2>/dev/null) || MVN=
    maven_found=
    if [ -n "$MVN" ]; then
        maven_found=$(maven_version)
        if version_at_least "${maven_found:-0}" "$MAVEN_MIN"; then
            return 0
        fi
    fi
    {
        if [ -n "$MVN" ]; then
            echo "Holm needs Maven $MAVEN_MIN or later; $MVN is ${maven_found:-of an unknown version}. Install it:"
        else
            echo "Holm needs Maven $MAVEN_MIN or later, and there is no mvn on PATH. Install it:"
        fi
        echo
        case $(os_family) in
            macos) echo "  brew install maven" ;;
            debian) echo "  sudo apt-get install maven" ;;
            fedora) echo "  sudo dnf install maven" ;;
            suse) echo "  sudo zypper install maven" ;;
            arch) echo "  sudo pacman -S maven" ;;
            alpine) echo "  sudo apk add maven" ;;
            *) echo "  from maven.apache.org, and put its bin folder on PATH" ;;
        esac
        echo "or, on any Linux or macOS, with SDKMAN (sdkman.io):"
        echo "  sdk install maven"
    } >&2
    exit 2
}

# Maven without colours and progress bars, and without the JDK's warnings about Maven's own code.
maven() {
    MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED ${MAVEN_OPTS:-}" \
        "$MVN" -B -ntp -Dstyle.color=never "$@" </dev/null
}

maven_version() {
    "$MVN" -v 2>/dev/null | sed -n 's/.*Apache Maven \([0-9][0-9.]*\).*/\1/p'
}

# Is version $1 at least $2? Compares the first three numbers; "4.0.0-rc-1" counts as 4.0.0.
version_at_least() {
    awk -v have="$1" -v need="$2" 'BEGIN {
        split(have, h, /[^0-9]+/); split(need, n, /[^0-9]+/)
        for (i = 1; i <= 3; i++) if (h[i] + 0 != n[i] + 0) exit !(h[i] + 0 > n[i] + 0)
        exit 0
    }'
}

os_family() {
    if [ "$(uname -s)" = Darwin ]; then
        echo macos
        return 0
    fi
    ids=$(sed -n 's/^ID\(_LIKE\)\{0,1\}=//p' /etc/os-release 2>/dev/null | tr '\n"' '  ')
    case " $ids " in
        *" debian "* | *" ubuntu "*) echo debian ;;
        *" fedora "* | *" rhel "*) echo fedora ;;
        *" suse "* | *" opensuse "*) echo suse ;;
        *" arch "*) echo arch ;;
        *" alpine "*) echo alpine ;;
        *) echo other ;;
    esac
}
