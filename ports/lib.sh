# SPDX-License-Identifier: BSD-2-Clause
# What ports/build and ports/test share: reads the recipe $name and sets the places. Expects $name,
# $build, $ports. See README.md for what a recipe may set.

host=x86_64-pc-cygwin
build=$(cd "$build" && pwd)
root=$build/root
sdk=$build/sdk
recipe=$ports/$name/recipe
work=$build/deps/ports/$name

say() {
    echo "port $name: $*"
}

die() {
    echo "port $name: $*" >&2
    exit 1
}

# run LOG COMMAND...: quiet unless it fails.
run() {
    log=$work/$1$suffix.log
    shift
    "$@" > "$log" 2>&1 < /dev/null && return
    tail -30 "$log" >&2
    die "failed: $* ($log)"
}

[ -r "$recipe" ] || die "there is no $recipe"
package=$name version= patches= configure_args= make_args= subdir= needs= build_needs= cache= cflags= untried= known_failures= test_timeout=900
world=isthmus suffix=

port_prepare() {
    :
}

# What a run of an own configure script takes from others of this SDK, see config_cache.
port_configure() {
    case $world in
    isthmus)
        ./configure --host=$host --build="$(gcc -dumpmachine)" --prefix=/usr --disable-dependency-tracking \
            $configure_args
        ;;
    native) ./configure --prefix=/usr --disable-dependency-tracking $configure_args ;;
    esac
}

port_build() {
    make -j"$jobs" $make_args
}

# Into the directory $dest.
port_install() {
    make install DESTDIR="$dest" $make_args
}

# Runs the port's own tests; results go to standard output, see port_results.
port_test() {
    make check
}

# From the output of port_test: a line "PASS|FAIL|SKIP NAME" for each test. This one reads automake's.
port_results() {
    sed -n 's/^\(X\{0,1\}PASS\|X\{0,1\}FAIL\|SKIP\|ERROR\): \([^ ]*\).*/\1 \2/p' |
        sed 's/^XFAIL/PASS/; s/^XPASS/FAIL/; s/^ERROR/FAIL/'
}

# install_program FILE NAME: into the port's tree.
install_program() {
    mkdir -p "$dest/usr/bin"
    cp "$1" "$dest/usr/bin/$2"
    chmod +x "$dest/usr/bin/$2"
}

. "$recipe"

# The makefile that calls this has jobs and flags of its own.
unset MAKEFLAGS MFLAGS MAKELEVEL CC CFLAGS CPPFLAGS LDFLAGS AR
[ ! "$cflags" ] || export CFLAGS="$cflags"
# Manuals for info are not made: Debian's sources often lack them, and makeinfo is not among what is installed.
export MAKEINFO=:
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN)}

# use_world isthmus|native: where things are compiled and run from here on.
use_world() {
    world=$1
    case $world in
    isthmus)
        PATH=$sdk/bin:$PATH CONFIG_SITE=$sdk/share/config.site
        PKG_CONFIG=$sdk/bin/$host-pkg-config
        export PATH CONFIG_SITE PKG_CONFIG
        suffix= src=$work/src
        ;;
    native) suffix=-native src=$work/native ;;
    esac
    top=$src${subdir:+/$subdir}
}

# What autotools made is used as it is: its files only have to be newer than what they are made from,
# in this order, or make wants the very version of automake that made them.
settle() {
    for f in aclocal.m4 config.h.in config.hin config_h.in configh.in configure Makefile.in; do
        find . -name "$f" -exec touch {} +
    done
    find . \( -name '*.1' -o -name '*.info' -o -name '*.8' \) -exec touch {} +
}

# config_cache FILE: what earlier configure scripts found out about this SDK, if the recipe says
# cache=yes (a package of gnulib's family, which all ask the same questions in the same way). Answers
# that depend on other ports are never shared.
cache_dir=$build/deps/ports/.cache
config_cache() {
    stamp=$(cat "$ports/../runtime/exports.in" "$sdk/share/config.site" "$sdk"/x86_64-pc-cygwin/include/*.h | cksum)
    mkdir -p "$cache_dir"
    [ "$(cat "$cache_dir/stamp" 2> /dev/null)" = "$stamp" ] || rm -f "$cache_dir"/*.cache
    echo "$stamp" > "$cache_dir/stamp"
    [ "$cache" ] && [ -f "$cache_dir/gnu.cache" ] && cp "$cache_dir/gnu.cache" "$1"
    return 0
}

keep_cache() {
    [ "$cache" ] || return 0
    grep -E '^(ac_cv_(func|have_decl|type|sizeof|member|c|prog_cc|objext|exeext|header_(std|sys|arpa|net|stdc|time|unistd|string|pwd|grp|dirent|lang|loc|w|p|t|u|s|f|g|i|m))|gl_cv|gt_cv|am_cv_(func|langinfo))[a-zA-Z0-9_]*=' \
        "$1" | grep -vE '_(lib|LIB|libs)[a-z_]*=|(curses|zlib|pcre|lua|readline|ncurses|term|tcl|iconv|intl|libintl|sigsegv|mpfr|gmp|attr|acl|selinux|cap|manywarn|warn_|cc_)' \
        > "$cache_dir/gnu.$$" || :
    mv "$cache_dir/gnu.$$" "$cache_dir/gnu.cache"
}
