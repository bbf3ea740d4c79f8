# SPDX-License-Identifier: BSD-2-Clause
# Checks the numbered marks of tests/strace/prog-marks.c in a trace of JSON lines.
#   awk [-v ring=1] [-v cut=1] [-v acks=FILE] -f marks.awk TRACE
# acks: lines "PID ACKNOWLEDGED". ring: the oldest marks may have been overwritten. cut: the reader was killed,
# so the last line may be half of one, and the end says nothing. Prints what is wrong, or one line with totals.

function wrong(text) {
    if (bad++ < 10)
        print "line " FNR ": " text
}

function value(name,    at, rest) {
    at = index($0, "\"" name "\":")
    if (!at)
        return ""
    rest = substr($0, at + length(name) + 3)
    if (substr(rest, 1, 1) == "\"") {
        rest = substr(rest, 2)
        return substr(rest, 1, index(rest, "\"") - 1)
    }
    match(rest, /^-?[0-9.]+/)
    return substr(rest, 1, RLENGTH)
}

BEGIN {
    while (acks != "" && (getline line < acks) > 0) {
        split(line, part, " ")
        ack[part[1]] = part[2]
        victims++
    }
}

held != "" { whole(held) }
{ held = $0 }

function whole(line,    pid, i, text, want, k, saved) {
    saved = $0
    $0 = line
    if (line !~ /^\{.*\}$/) {
        wrong("half a line")
    } else if (index(line, "\"event\":\"lost\"")) {
        pid = value("pid")
        lost[pid] += value("lost")
        pending[pid] += value("lost")
    } else if (index(line, "\"event\":\"lost_total\"")) {
        total = value("lost") + 0 # a number: strings compare otherwise
    } else if (index(line, "\"event\":\"user_number\"")) {
        pid = value("pid")
        i = value("number")
        text = value("text")
        want = i
        for (k = 0; k < i % 4; k++)
            want = want "-" i
        if (text != want)
            wrong("pid " pid ": torn: " i " with " text)
        if (!(pid in next_one) && ring)
            next_one[pid] = i
        if (i != next_one[pid] + pending[pid])
            wrong("pid " pid ": " i " comes after " next_one[pid] - 1 " with " pending[pid] + 0 " lost")
        pending[pid] = 0
        next_one[pid] = i + 1
        marks++
    }
    $0 = saved
}

END {
    if (held != "" && (!cut || held ~ /^\{.*\}$/))
        whole(held)
    for (pid in lost)
        all += lost[pid]
    for (pid in ack) {
        if (next_one[pid] + pending[pid] < ack[pid]) {
            short += ack[pid] - next_one[pid] - pending[pid]
            shorter++
        }
    }
    # what was lost after the last mark that was read has no place in the trace, only in the total
    if (total < all)
        total = all
    if (short > total - all)
        wrong(short " marks of " shorter " processes had been acknowledged, and only " total - all " are counted as lost")
    if (!bad)
        printf "%d processes, %d marks read, %d lost\n", victims, marks, total
    exit bad != 0
}
