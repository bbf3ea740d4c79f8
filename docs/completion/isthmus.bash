# SPDX-License-Identifier: BSD-2-Clause
# Completion of the tools' options and operands for bash: source this file. Options come from --help of each.

_isthmus() {
    local tool=${COMP_WORDS[0]} cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

    case $cur in
    -*)
        mapfile -t COMPREPLY < <(compgen -W "$("$tool" --help 2>/dev/null | tr -d '\r' |
            grep -oE -- '(^|[ ,])--?[A-Za-z][a-z-]*' | tr -d ' ,' | sort -u)" -- "$cur")
        return
        ;;
    esac
    case ${tool##*/}:$prev in
    kill:-s | kill:--signal | kill:-l) mapfile -t COMPREPLY < <(compgen -W "$(kill.exe -l | tr -d '\r' | sed 's/^ *[0-9]* //')" -- "$cur") ;;
    ps:-o | ps:--format | ps:--sort) mapfile -t COMPREPLY < <(compgen -W "$(ps -L | tr -d '\r' | sed 's/ .*//')" -- "$cur") ;;
    kill:* | dumper:* | pldd:* | debugwait:* | *:-p) mapfile -t COMPREPLY < <(compgen -W "$(ps -o pid= | tr -d '\r')" -- "$cur") ;;
    cygcheck:--check) mapfile -t COMPREPLY < <(compgen -W "$(cygcheck --help | tr -d '\r' | sed '1,/^Checks:/d;s/^  //;s/ .*//')" -- "$cur") ;;
    regtool:regtool) mapfile -t COMPREPLY < <(compgen -W 'add check get list remove set unset' -- "$cur") ;;
    strace:* | cygcheck:* | ldd:*) mapfile -t COMPREPLY < <(compgen -c -f -- "$cur") ;;
    *) COMPREPLY=() ;; # files, by -o default
    esac
}

complete -o default -F _isthmus cygcheck cygpath debugwait dumper kill kill.exe ldd mount pldd ps regtool strace umount
