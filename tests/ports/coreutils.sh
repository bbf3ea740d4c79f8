# SPDX-License-Identifier: BSD-2-Clause
# timeout: 300
# GNU coreutils in a shell: the same as on Linux.
. "$TOP/tests/tap.sh"
need_program ls wc sort
gives 'the pipeline of the README, traced' 0 3 sh -c '
    mkdir d && cd d && touch a b c && '"$run"' strace -f -o ../log dash -c "ls | wc -l"'
check 'the trace has both programs' sh -c 'grep -q "begin.*/ls" log && grep -q "begin.*/wc" log'
same 'sort, uniq, cut, tr, paste' 'printf "b 2\na 1\nb 2\nc 3\n" | sort | uniq -c | tr -s " " | cut -d" " -f2- | paste -sd,'
same 'cp -a, ls, mv, rm' 'mkdir a && echo x >a/f && ln -s f a/l && chmod 600 a/f && cp -a a b && ls -R b &&
    cat b/l && mv b c && rm -r a c && ls'
same 'links' 'echo 1 >f && ln f g && [ f -ef g ] && stat -c "%h %s %F" f && basename "$(readlink -f ./f)"'
same 'head, tail, seq, tac, nl' 'seq 20 | head -12 | tail -3 | tac | nl'
same 'wc, od, base64' 'printf "a b\nc\n" | tee f | wc; od -c f; base64 f | base64 -d'
same 'sums' 'printf abc >f; cksum f; md5sum --tag f; sha256sum --tag f; b2sum --tag f'
same 'date with zones' 'for z in UTC0 CET-1CEST,M3.5.0,M10.5.0/3 EST5EDT,M3.2.0,M11.1.0; do
    TZ=$z date -d @1782000000 "+%F %T %Z %z"; TZ=$z date -d "2026-03-29 12:34" +%s; done'
same 'printf, expr, test, factor' 'printf "%05d|%-5s|%x|%.3f\n" 42 ab 255 3.14159; expr 7 \* 6; expr abc : "a\(.\)c"; factor 360'
same 'split, join, comm' 'seq 10 | split -l 4 && cat xac; seq 3 >a; seq 2 4 >b; comm a b; join a b'
same 'timeout and sleep' 'timeout 1 sleep 30; echo $?'
same 'errors' 'ls nowhere; echo $?; cat . ; echo $?; rmdir x; echo $?; mkdir a/b; echo $?'
same 'dd, truncate, du of sizes' 'dd if=/dev/zero of=f bs=1000 count=3 2>/dev/null; truncate -s 5000 f; stat -c %s f; dd if=f bs=1 skip=10 count=5 2>/dev/null | od -An -tx1'
same 'xargs-like work: many small processes' 'i=0; while [ $i -lt 20 ]; do basename /x/$i; i=$((i+1)); done | tail -1'
same 'mktemp, install, touch, env' 'f=$(mktemp) && [ -f "$f" ] && rm "$f"; echo x >s; install s t && cat t; touch -d @86400 t; TZ=UTC0 stat -c %y t; env -i A=1 env'
finish
