# SPDX-License-Identifier: BSD-2-Clause
# timeout: 60
# Completion for bash, with the tools as they are.
. "$TOP/tests/tap.sh"
need_program ps cygcheck
command -v bash >/dev/null || skip_all "no bash"
cat >complete.sh <<'END'
source "$TOP/docs/completion/isthmus.bash"
ps() { "$run" ps "$@"; }
cygcheck() { "$run" cygcheck "$@"; }
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_isthmus
echo "${COMPREPLY[@]}"
END
export run

gives "options of ps" 0 "--threads --top --tree" bash -c 'bash complete.sh ps --t | tr " " "\n" | sort | xargs' x
gives "columns" 0 "pgid pid" bash -c 'bash complete.sh ps -o p | tr " " "\n" | grep -x "p[gi].*" | sort | xargs' x
gives "checks of cygcheck" 0 "manifest mounts" bash -c 'bash complete.sh cygcheck --check m | tr " " "\n" | sort | xargs' x
gives "actions of regtool" 0 "set" bash complete.sh regtool s
finish
