# SPDX-License-Identifier: BSD-2-Clause
# What a test script needs, sourced: . "$TOP/tests/tap.sh". The runner sets TOP, BUILD, SRCDIR and
# an empty working directory. Prints TAP; end the script with `finish`.

tap_n=0
tap_bad=0
run=$BUILD/run
tap_dir=$(mktemp -d "$PWD/.tap.XXXXXX") || exit 1

pass() {
    tap_n=$((tap_n + 1))
    printf 'ok %d - %s\n' $tap_n "$1"
}

# fail NAME [LINE...]
fail() {
    tap_n=$((tap_n + 1))
    tap_bad=1
    printf 'not ok %d - %s\n' $tap_n "$1"
    shift
    [ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/# /'
}

skip() {
    tap_n=$((tap_n + 1))
    printf 'ok %d - %s # SKIP %s\n' $tap_n "$1" "$2"
}

skip_all() {
    printf '1..0 # SKIP %s\n' "$*"
    exit 0
}

finish() {
    rm -rf "$tap_dir"
    printf '1..%d\n' $tap_n
    exit $tap_bad
}

# check NAME COMMAND...: the command succeeds.
check() {
    tap_name=$1
    shift
    if "$@" >"$tap_dir/out" 2>"$tap_dir/err" </dev/null; then
        pass "$tap_name"
    else
        fail "$tap_name" "status $?: $*" "$(tail -n 20 "$tap_dir/out" "$tap_dir/err")"
    fi
}

# gives NAME STATUS OUTPUT COMMAND...: exit status and standard output are these.
gives() {
    tap_name=$1 tap_status=$2 tap_want=$3
    shift 3
    tap_got=$("$@" 2>"$tap_dir/err" </dev/null)
    tap_r=$?
    if [ $tap_r = "$tap_status" ] && [ "$tap_got" = "$tap_want" ]; then
        pass "$tap_name"
    else
        fail "$tap_name" "$*" "wanted status $tap_status and: $tap_want" "got status $tap_r and: $tap_got" \
            "standard error: $(head -n 20 "$tap_dir/err")"
    fi
}

# complains NAME STATUS PATTERN COMMAND...: ends with this status and says what matches the pattern
# (of grep) on standard error; STATUS may be several, separated by |.
complains() {
    tap_name=$1 tap_status=$2 tap_want=$3
    shift 3
    "$@" >"$tap_dir/out" 2>"$tap_dir/err" </dev/null
    tap_r=$?
    case "|$tap_status|" in
    *"|$tap_r|"*) tap_ok=1 ;;
    *) tap_ok= ;;
    esac
    if [ $tap_ok ] && grep -q -e "$tap_want" "$tap_dir/err"; then
        pass "$tap_name"
    else
        fail "$tap_name" "$*" "wanted status $tap_status and a message like: $tap_want" \
            "got status $tap_r and: $(head -n 20 "$tap_dir/err")"
    fi
}

# same NAME SCRIPT [ARG...]: dash prints the same and ends with the same status here and on Linux.
# Standard input of both is the file ./in, if there is one. Each runs in a directory of its own.
same() {
    tap_name=$1 tap_script=$2
    shift 2
    for tap_world in linux here; do
        mkdir "$tap_dir/$tap_world"
        tap_in=/dev/null
        [ -f in ] && tap_in=$PWD/in
        case $tap_world in
        linux) tap_sh=/bin/sh ;;
        here) tap_sh="$run dash" ;;
        esac
        (
            cd "$tap_dir/$tap_world" || exit 99
            exec $tap_sh -c "$tap_script" sh "$@" <"$tap_in" >../$tap_world.out 2>../$tap_world.err
        )
        echo "exit status $?" >>"$tap_dir/$tap_world.out"
        rm -rf "${tap_dir:?}/$tap_world"
    done
    if cmp -s "$tap_dir/linux.out" "$tap_dir/here.out"; then
        pass "$tap_name"
    else
        fail "$tap_name" "script: $tap_script" "$(diff -u "$tap_dir/linux.out" "$tap_dir/here.out")" \
            "standard error: $(head -n 20 "$tap_dir/here.err")"
    fi
}

need_program() {
    for tap_p; do
        [ -f "$BUILD/root/bin/$tap_p.exe" ] || skip_all "$tap_p is not built"
    done
}

# private_tree: from here on $run uses a copy of the installed tree: an installation of its own, whose
# process table nobody else fills. Sets $tree.
private_tree() {
    tree=$PWD/build/root
    mkdir build
    cp -a "$BUILD/root" build/root
    cp "$BUILD/run" build/run
    ln -s "$BUILD/wineprefix" build/wineprefix
    run=$PWD/build/run
}
