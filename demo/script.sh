# The program of the demonstration: an ordinary shell script, run by an unmodified dash.

echo '-- a pipeline of three processes'
echo 'one two three' | { read -r a b c; echo "$c $b $a"; } | while read -r x; do echo "   $x"; done

echo '-- subshells and their exit statuses'
for i in 1 2 3; do
    (exit $i)
    echo "   subshell $i ended with $?"
done

echo '-- a trap that gets a signal from a child'
trap 'echo "   got USR1"' USR1
(kill -USR1 $$)
trap - USR1

echo '-- a failing command'
nonesuch-command 2>/dev/null || echo "   nonesuch-command: status $?"

echo '-- a path through a mount'
cd /cygdrive/c/windows && echo "   now in $PWD"
[ -f system32/kernel32.dll ] && echo '   kernel32.dll is here'
cd /

echo '-- a background job'
(exit 7) &
wait $!
echo "   it ended with $?"
