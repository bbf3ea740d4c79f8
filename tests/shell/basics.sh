# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# What a shell does all day, in a real one, compared with Linux.
. "$TOP/tests/tap.sh"
need_program dash

gives 'exit statuses of subshells' 0 '1
2
3' "$run" dash -c 'for i in 1 2 3; do (exit $i); echo $?; done'

for s in 0 1 2 77 126 255; do
    gives "the shell's own exit status $s" $s '' "$run" dash -c "exit $s"
done

same 'variables, arithmetic, quoting' \
    'a="x  y"; b=$((6 * 7)); echo "$a" $b '"'"'single $a'"'"' "\$a" ${a%% *} ${#a}'
same 'functions, loops, case' \
    'f() { case $1 in a*) echo A:$1 ;; *) echo other:$1; return 3 ;; esac; }
     for w in abc xyz; do f $w; echo $?; done; i=0; while [ $i -lt 5 ]; do i=$((i+1)); done; echo $i'
same 'command substitution, nested' 'echo "$(echo a; echo "$(echo b)"; (echo c))"'
same 'here-documents' 'while read -r a b; do echo "<$b|$a>"; done <<EOF
one two
three $HOME_NOT four
EOF
while read x; do echo "$x"; done <<"EOF"
$not expanded
EOF'
same 'a long here-document' 'v=0123456789; v=$v$v$v$v$v; v=$v$v$v$v; n=0; while read -r l; do n=$((n + ${#l})); done <<EOF
$v$v$v$v$v$v$v$v
$v$v$v$v$v$v$v$v
$v$v$v$v$v$v$v$v
EOF
echo $n'
same 'pipeline of two' 'echo hello | while read x; do echo "got $x"; done'
same 'pipeline of five processes' \
    'echo start | { read x; echo $x 1; } | { read x; echo $x 2; } | { read x; echo $x 3; } | { read x; echo $x 4; }'
same 'status of a pipeline is its last' 'false | true; echo $?; true | false; echo $?; ! true; echo $?'
same 'redirections' \
    'echo one >f; echo two >>f; while read x; do echo "r $x"; done <f; { echo out; echo err >&2; } >g 2>&1
     while read x; do echo "g $x"; done <g; exec 5>h; echo five >&5; exec 5>&-; read y <h; echo $y'
same 'noclobber and missing files' 'set -C; echo a >f; echo b >f || echo refused; read x <nothing || echo "no file"'
same 'and, or, not, braces, subshell variables' \
    'true && echo t || echo f; false && echo t || echo f; x=1; (x=2; echo $x); echo $x; { x=3; }; echo $x'
same 'positional parameters and getopts' \
    'while getopts ab:c o; do echo "$o $OPTARG"; done; shift $((OPTIND - 1)); echo $# "$@"' -a -b 'v w' -- r s
same 'test and [' '[ -d . ] && echo dir; [ -f nothing ] || echo no; echo x >f; [ -s f ] && echo size; test f -ef ./f && echo same'
same 'cd and pwd' 'mkdir() { :; }; d=${PWD##*/}; cd ..; cd "$OLDPWD"; [ "${PWD##*/}" = "$d" ] && echo back; cd nothing || echo no'
same 'globs' ': >b; : >a; : >c.x; : >.h; echo *; echo *.x; echo [ab]; echo no*; echo .h*'
same 'command not found is 127, not executable 126' 'nonesuch-command; echo $?; : >f; ./f; echo $?'
same 'set -e' 'set -e; true; (exit 4); echo never'
same 'eval, command, type' 'eval "x=\"a b\""; echo "$x"; command -v echo; command echo hi'
same 'read from a pipe byte by byte leaves the rest' '{ echo a; echo b; echo c; } | { read x; (read y; echo $y); read z; echo $x $z; }'
same 'a script in a file' 'echo "echo script \$1; exit 5" >s; . ./s arg 2>/dev/null; echo no'
printf 'first line\nsecond\nlast without newline' >in
same 'standard input' 'while read -r l; do echo "[$l]"; done; echo "<$l>"'
rm in
same 'environment' 'A=1 B="two words"; export A B; (echo $A $B); unset A; echo "${A-unset}"'
same 'printf' 'printf "%s|%5d|%x|%b\n" str 42 255 "tab\there"'
same 'umask' 'umask 027; umask; umask 022; umask'
finish
